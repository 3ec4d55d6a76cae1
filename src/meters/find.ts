/**
 * Finds meters by what people call them: id, address or name. What lies outside the caller's
 * scope looks as if it were not there.
 *
 * @module
 */
import type { Profile, StoredKey } from "../../keystore/index.ts";
import type { Caller } from "../access/caller.ts";
import { formatId, parseId } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import { asBuffer } from "../db/bulk.ts";
import type { Knex } from "../db/open.ts";
import {
  AddressError,
  type AddressKind,
  formatAddress,
  parseAddress,
  type RawAddress,
} from "./address.ts";

export type MeterStatus = "enrolled" | "retired";

export interface Meter {
  /** Row id; never leaves the core. */
  readonly row: number;
  readonly id: string;
  readonly uid: Uint8Array;
  readonly number: number;
  readonly address: RawAddress;
  readonly customerNum: number;
  readonly customer: string;
  readonly name: string | null;
  readonly profile: Profile;
  readonly allowUnauthenticated: boolean;
  readonly status: MeterStatus;
  readonly order: string | null;
  readonly createdAt: string;
}

/** A version of a meter's key, as its rows stand. */
export interface KeyRow extends StoredKey {
  readonly state: "new" | "active" | "superseded" | "destroyed";
}

/**
 * The one meter that `text` names.
 *
 * @throws {@link Problem} `METER_UNKNOWN`, or `METER_AMBIGUOUS` when a name or a short address
 *   fits several.
 */
export async function findMeter(db: Knex, caller: Caller, text: string): Promise<Meter> {
  const found = await candidates(db, caller, text);
  if (found.length > 1) {
    throw new Problem(409, "METER_AMBIGUOUS", "several meters fit: use the id or the full address");
  }
  const [meter] = found;
  if (meter === undefined) {
    throw new Problem(404, "METER_UNKNOWN", "there is no such meter");
  }
  return meter;
}

/** Key rows of some meters, newest version first. */
export async function keyRows(
  db: Knex,
  meters: readonly Pick<Meter, "row" | "uid">[],
): Promise<Map<number, KeyRow[]>> {
  const uids = new Map(meters.map(({ row, uid }) => [row, uid]));
  const rowsOf = new Map<number, KeyRow[]>();
  const ids = [...uids.keys()];
  for (let at = 0; at < ids.length; at += KEYS_AT_ONCE) {
    const rows = await db("meter_keys")
      .whereIn("meter", ids.slice(at, at + KEYS_AT_ONCE))
      .orderBy([{ column: "meter" }, { column: "version", order: "desc" }])
      .select("meter", "type", "version", "origin", "length", "wrapped", "state");
    for (const row of rows) {
      const list = rowsOf.get(row.meter) ?? [];
      list.push({
        uid: uids.get(row.meter)!,
        type: row.type,
        version: row.version,
        origin: row.origin,
        length: row.length,
        wrapped: row.wrapped,
        state: row.state,
      });
      rowsOf.set(row.meter, list);
    }
  }
  return rowsOf;
}

/** The rows of the version that counts: the active one, else the newest. */
export function currentVersion(rows: readonly KeyRow[]): KeyRow[] {
  const version = (rows.find((row) => row.state === "active") ?? rows[0])?.version;
  return rows.filter((row) => row.version === version);
}

/** The uid of nobody. */
export const NO_UID = new Uint8Array(0);
/** Manufacturer and number of a FLAG address. */
const SHORT = 6;

/** A driver turns rows into objects in one go: more of them would keep the others waiting. */
const KEYS_AT_ONCE = 1000;

/** What {@link meterOf} reads. Each blob of a row costs a microsecond: nothing that nobody reads, and no customer's for all. */
export const LISTED = [
  "meters.id",
  "meters.uid",
  "meters.number",
  "meters.customer",
  "meters.name",
  "meters.profile",
  "meters.allow_unauthenticated",
  "meters.status",
  "meters.order_ref",
  "meters.created_at",
  "addresses.kind",
  "addresses.raw",
];
const COLUMNS = [...LISTED, "customers.uid as customer_uid"];

function scoped(db: Knex, caller: Pick<Caller, "customer">) {
  return within(db, caller).select(COLUMNS);
}

/** Meters with their customers and addresses, as far as the caller may see them. */
export function within(db: Knex, caller: Pick<Caller, "customer">) {
  const query = db("meters")
    .join("customers", "customers.num", "meters.customer")
    .join("addresses", "addresses.meter", "meters.id");
  if (caller.customer !== null) {
    query.where("customers.uid", asBuffer(parseId("cus", caller.customer) ?? NO_UID));
  }
  return query;
}

async function candidates(db: Knex, caller: Caller, text: string): Promise<Meter[]> {
  const uid = parseId("mtr", text);
  if (uid !== null) {
    return (await scoped(db, caller).where("meters.uid", asBuffer(uid))).map(withCustomer);
  }
  const address = addressOrNull(text);
  if (address !== null) {
    const exactly = (raw: Uint8Array) =>
      scoped(db, caller)
        .where("addresses.kind", address.kind)
        .andWhere("addresses.raw", asBuffer(raw));
    const rows = await exactly(address.bytes);
    if (rows.length > 0 || address.kind !== "wmbus") {
      return rows.map(withCustomer);
    }
    if (address.bytes.length > SHORT) {
      // With version and medium, of a meter enrolled by its printed number alone.
      return (await exactly(address.bytes.subarray(0, SHORT))).map(withCustomer);
    }
    // The printed number without version and medium, of a meter enrolled with both.
    const from = Buffer.concat([address.bytes, Buffer.alloc(2, 0)]);
    const to = Buffer.concat([address.bytes, Buffer.alloc(2, 255)]);
    return (
      await scoped(db, caller)
        .where("addresses.kind", address.kind)
        .whereBetween("addresses.raw", [from, to])
        .limit(2)
    ).map(withCustomer);
  }
  return (await scoped(db, caller).where("meters.name", text).limit(2)).map(withCustomer);
}

function addressOrNull(text: string): RawAddress | null {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) {
      return null;
    }
    throw error;
  }
}

/** A row of {@link within}. */
export interface MeterRow {
  readonly id: number;
  readonly uid: Uint8Array;
  readonly number: number;
  readonly customer: number;
  readonly customer_uid: Uint8Array;
  readonly kind: AddressKind;
  readonly raw: Uint8Array;
  readonly name: string | null;
  readonly profile: Profile;
  readonly allow_unauthenticated: number;
  readonly status: MeterStatus;
  readonly order_ref: string | null;
  readonly created_at: string;
}

function withCustomer(row: MeterRow): Meter {
  return meterOf(row, formatId("cus", row.customer_uid));
}

/** A row as a meter of `customer`. */
export function meterOf(row: Omit<MeterRow, "customer_uid">, customer: string): Meter {
  return {
    row: row.id,
    id: formatId("mtr", row.uid),
    uid: row.uid,
    number: row.number,
    address: { kind: row.kind, bytes: row.raw },
    customerNum: row.customer,
    customer,
    name: row.name,
    profile: row.profile,
    allowUnauthenticated: row.allow_unauthenticated === 1,
    status: row.status,
    order: row.order_ref,
    createdAt: row.created_at,
  };
}

/** ADDRESS as people write it. */
export function addressText(meter: Pick<Meter, "address">): string {
  return formatAddress(meter.address);
}
