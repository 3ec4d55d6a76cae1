/**
 * Holds the meter table against the log: an address or number that was moved, a profile or
 * permission that was changed, a key that was taken away is noticed.
 *
 * @module
 */
import type { Json } from "../activity/entries/entry.ts";
import type { LogProblem } from "../activity/verify/log-problem.ts";
import type { EntryVisitor } from "../activity/verify/verify.ts";
import { formatId } from "../base/ids.ts";
import type { Knex } from "../db/open.ts";
import {
  addressCommitment,
  batchCommitment,
  type MeterCommitment,
  meterTerms,
} from "./commitment.ts";

interface Batch {
  readonly index: number;
  readonly customer: string;
  readonly from: number;
  readonly to: number;
  /** What the rows must give: one meter's fields, or the batch's hash. */
  readonly expected: string;
  readonly isSingle: boolean;
}

export function meterAudit(db: Knex): EntryVisitor {
  const batches: Batch[] = [];
  return {
    actions: new Set(["meter.enrolled", "meters.enrolled"]),
    visit(index, entry) {
      const customer = String(entry["customer"]);
      if (entry["action"] === "meter.enrolled") {
        const number = Number(entry["number"]);
        const expected = singleCommitment(entry["meter"], entry["address"], entry["terms"]);
        batches.push({ index, customer, from: number, to: number, expected, isSingle: true });
      } else if (entry["action"] === "meters.enrolled") {
        const [from, to] = [Number(entry["from"]), Number(entry["to"])];
        const expected = String(entry["commitments"]);
        batches.push({ index, customer, from, to, expected, isSingle: false });
      }
    },
    async finish(pruned) {
      const problems: LogProblem[] = [];
      const nums = await customerNumbers(db);
      for (const batch of batches) {
        const num = nums.get(batch.customer);
        const meters = num === undefined ? [] : await committed(db, num, batch.from, batch.to);
        if (!agrees(batch, meters)) {
          const which = batch.isSingle ? `number ${batch.from}` : `${batch.from} to ${batch.to}`;
          const detail = `meters of ${batch.customer}, ${which}: the rows are not what was logged`;
          problems.push({ index: batch.index, code: "METER_CHANGED", detail });
        }
      }
      const logged = batches.reduce((sum, batch) => sum + batch.to - batch.from + 1, 0);
      const [rows] = await db("meters").count({ n: "*" });
      const [addresses] = await db("addresses").count({ n: "*" });
      for (const [what, count] of [
        ["meters", rows?.["n"]],
        ["addresses", addresses?.["n"]],
      ]) {
        // Who enrolled the others may have been pruned.
        if (Number(count) !== logged && pruned === 0 && problems.length === 0) {
          const detail = `${what}: ${Number(count)} rows, ${logged} were logged`;
          problems.push({ index: 0, code: "METER_CHANGED", detail });
        }
      }
      return problems;
    },
  };
}

function singleCommitment(...parts: readonly (Json | undefined)[]): string {
  return parts.map(String).join(":");
}

function agrees(batch: Batch, meters: readonly MeterCommitment[]): boolean {
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

async function customerNumbers(db: Knex): Promise<Map<string, number>> {
  const rows = await db("customers").select("num", "uid");
  return new Map(rows.map((row) => [formatId("cus", row.uid), row.num]));
}

async function committed(
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
