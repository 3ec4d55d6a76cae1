/**
 * What the log says of enrolled meters, in ranges of their numbers, and what the tables say.
 *
 * @module
 */
import type { Json } from "../activity/entries/entry.ts";
import { formatId } from "../base/ids.ts";
import type { Knex } from "../db/open.ts";
import {
  addressCommitment,
  batchCommitment,
  type MeterCommitment,
  meterTerms,
} from "./commitment.ts";

export interface Batch {
  readonly index: number;
  readonly customer: string;
  readonly from: number;
  readonly to: number;
  /** What the rows must give: one meter's fields, or the batch's hash. */
  readonly expected: string;
  readonly isSingle: boolean;
}

export interface LoggedMeters {
  /** Every range that is vouched for, once. */
  batches(): Iterable<Batch>;
  visit(index: number, entry: { readonly [name: string]: Json }): void;
}

export function loggedMeters(): LoggedMeters {
  // By the first number of the range.
  const customers = new Map<string, Map<number, Batch>>();
  const put = (batch: Batch) => {
    const known = customers.get(batch.customer) ?? new Map<number, Batch>();
    customers.set(batch.customer, known.set(batch.from, batch));
  };
  return {
    *batches() {
      for (const known of customers.values()) {
        yield* known.values();
      }
    },
    visit(index, entry) {
      const customer = String(entry["customer"]);
      const { action } = entry;
      if (action === "meter.enrolled") {
        const number = Number(entry["number"]);
        const expected = singleCommitment(entry["meter"], entry["address"], entry["terms"]);
        put({ index, customer, from: number, to: number, expected, isSingle: true });
      } else if (action === "meters.enrolled" || action === "meters.restated") {
        const [from, to] = [Number(entry["from"]), Number(entry["to"])];
        // A range that is vouched for again takes the place of those it was made of.
        for (let number = from; action === "meters.restated" && number <= to; number++) {
          customers.get(customer)?.delete(number);
        }
        put({ index, customer, from, to, expected: String(entry["commitments"]), isSingle: false });
      }
    },
  };
}

function singleCommitment(...parts: readonly (Json | undefined)[]): string {
  return parts.map(String).join(":");
}

/** Whether the rows of a range are what was logged. */
export function agrees(batch: Batch, meters: readonly MeterCommitment[]): boolean {
  if (meters.length !== batch.to - batch.from + 1) {
    return false;
  }
  const [meter] = meters;
  const found =
    batch.isSingle && meter !== undefined
      ? singleCommitment(formatId("mtr", meter.uid), hex(meter.address), meterTerms(meter))
      : batchCommitment(meters);
  return found === batch.expected;
}

export async function customerNumbers(db: Knex): Promise<Map<string, number>> {
  const rows = await db("customers").select("num", "uid");
  return new Map(rows.map((row) => [formatId("cus", row.uid), row.num]));
}

/** The rows of a range, as entries commit to them. */
export async function committed(
  db: Knex,
  customer: number,
  from: number,
  to: number,
): Promise<MeterCommitment[]> {
  const range = db("meters").where({ customer }).whereBetween("number", [from, to]);
  const keys = await db("meter_keys")
    .where({ version: 1 })
    .whereIn("meter", range.clone().select("id"))
    .orderBy(["meter", "type"])
    .select("meter", "type");
  const types = new Map<number, string[]>();
  for (const { meter, type } of keys) {
    types.set(meter, [...(types.get(meter) ?? []), type]);
  }
  const rows = await range
    .clone()
    .join("addresses", "addresses.meter", "meters.id")
    .orderBy("number")
    .select("id", "number", "uid", "salt", "profile", "allow_unauthenticated", "kind", "raw");
  return rows.map((row) => ({
    number: row.number,
    uid: row.uid,
    address: addressCommitment(row.salt, { kind: row.kind, bytes: row.raw }),
    profile: row.profile,
    allowUnauthenticated: row.allow_unauthenticated === 1,
    keys: types.get(row.id) ?? [],
  }));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
