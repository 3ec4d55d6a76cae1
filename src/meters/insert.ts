/**
 * Puts new meters, their addresses and their keys into the tables.
 *
 * @module
 */
import type { Profile, StoredKey } from "../../keystore/index.ts";
import { insertRows } from "../db/bulk.ts";
import type { Knex } from "../db/open.ts";
import type { RawAddress } from "./address.ts";

export interface NewKeyRow extends Pick<StoredKey, "type" | "origin" | "length" | "wrapped"> {
  readonly fingerprint: Uint8Array | null;
}

export interface NewMeterRow {
  readonly uid: Uint8Array;
  readonly salt: Uint8Array;
  readonly address: RawAddress;
  readonly profile: Profile;
  readonly name: string | null;
  readonly order: string | null;
  readonly allowUnauthenticated: boolean;
  readonly keys: readonly NewKeyRow[];
}

/** Takes `count` dense internal numbers of a customer; answers the first. */
export async function reserveNumbers(trx: Knex, customer: number, count: number): Promise<number> {
  const [row] = await trx("customers").where({ num: customer }).forUpdate().select("next_number");
  const first: number = row.next_number;
  await trx("customers")
    .where({ num: customer })
    .update({ next_number: first + count });
  return first;
}

export async function insertMeters(
  trx: Knex,
  customer: number,
  firstNumber: number,
  createdAt: string,
  meters: readonly NewMeterRow[],
): Promise<void> {
  const [last] = await trx("meters").max({ id: "id" });
  const firstId = Number(last?.["id"] ?? 0) + 1;
  await insertRows(
    trx,
    "meters",
    METER_COLUMNS,
    meters.map((meter, i) => [
      firstId + i,
      customer,
      firstNumber + i,
      meter.uid,
      meter.salt,
      meter.profile,
      meter.allowUnauthenticated ? 1 : 0,
      "enrolled",
      meter.name,
      meter.order,
      createdAt,
    ]),
  );
  await insertRows(
    trx,
    "addresses",
    ["kind", "raw", "meter"],
    meters.map(({ address }, i) => [address.kind, address.bytes, firstId + i]),
  );
  await insertKeys(
    trx,
    meters.flatMap((meter, i) =>
      meter.keys.map((key) => ({ meter: firstId + i, version: 1, key })),
    ),
    "active",
  );
}

/** Stores key rows of one state. */
export async function insertKeys(
  trx: Knex,
  keys: readonly { meter: number; version: number; key: NewKeyRow }[],
  state: "new" | "active",
): Promise<void> {
  await insertRows(
    trx,
    "meter_keys",
    KEY_COLUMNS,
    keys.map(({ meter, version, key }) => [
      meter,
      version,
      key.type,
      key.origin,
      state,
      key.length,
      key.wrapped,
      key.fingerprint,
    ]),
  );
}

const METER_COLUMNS = [
  "id",
  "customer",
  "number",
  "uid",
  "salt",
  "profile",
  "allow_unauthenticated",
  "status",
  "name",
  "order_ref",
  "created_at",
];

const KEY_COLUMNS = [
  "meter",
  "version",
  "type",
  "origin",
  "state",
  "length",
  "wrapped",
  "fingerprint",
];
