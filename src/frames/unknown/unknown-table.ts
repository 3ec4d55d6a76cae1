/**
 * The table of unknown addresses: written in bulk, read page by page without those whose meter
 * was enrolled since.
 *
 * @module
 */
import type { Caller } from "../../access/caller.ts";
import { timestamp } from "../../base/clock.ts";
import { formatId, parseId } from "../../base/ids.ts";
import { asBuffer, insertRows } from "../../db/bulk.ts";
import type { Knex } from "../../db/open.ts";
import { type AddressKind, formatAddress, type RawAddress } from "../../meters/address.ts";

/** An address as it was heard; times in milliseconds since 1970. */
export interface Heard {
  readonly address: RawAddress;
  readonly first: number;
  readonly last: number;
  /** Frames. */
  readonly count: number;
}

export interface UnknownAddress {
  readonly address: string;
  /** The customer whose sender has heard it; null for a sender of all customers. */
  readonly customer: string | null;
  /** RFC 3339 UTC with milliseconds. */
  readonly firstHeard: string;
  readonly lastHeard: string;
  readonly count: number;
}

export interface UnknownPage {
  readonly items: readonly UnknownAddress[];
  readonly next: number | null;
  /** How many addresses had to give way since the beginning. */
  readonly dropped: number;
}

/** Adds what was heard for one customer, or for all of them (empty), heard last at the end. */
export async function storeUnknown(
  trx: Knex.Transaction,
  customer: string,
  heard: readonly Heard[],
  dropped: number,
  maxPerScope: number,
): Promise<void> {
  const scope = scopeOf(customer);
  const [newest] = await trx("unknown_addresses").max({ seq: "seq" });
  const last = Number(newest?.["seq"] ?? 0);
  const rows = heard.map(({ address, ...sighting }, i) => [
    scope,
    address.kind,
    address.bytes,
    timestamp(new Date(sighting.first)),
    timestamp(new Date(sighting.last)),
    sighting.count,
    last + 1 + i,
  ]);
  await insertRows(trx, "unknown_addresses", COLUMNS, rows, HEARD_AGAIN);
  const own = () => trx("unknown_addresses").where({ scope });
  const [edge] = await own().orderBy("seq", "desc").offset(maxPerScope).limit(1).select("seq");
  const trimmed = edge === undefined ? 0 : await own().where("seq", "<=", edge.seq).delete();
  if (dropped + trimmed > 0) {
    const row = [scope, dropped + trimmed];
    await insertRows(trx, "unknown_scopes", ["scope", "dropped"], [row], DROPPED_AGAIN);
  }
}

/** Reads a page of what lies in the caller's scope, heard last first. */
export async function readUnknown(
  db: Knex,
  caller: Pick<Caller, "customer">,
  after: number | undefined,
  limit: number,
): Promise<UnknownPage> {
  const inside = (table: string) =>
    caller.customer === null ? db(table) : db(table).where({ scope: scopeOf(caller.customer) });
  const below = () =>
    after === undefined
      ? inside("unknown_addresses")
      : inside("unknown_addresses").where("seq", "<", after);
  const rows: Row[] = await below()
    .whereRaw(`NOT ${IS_ENROLLED}`)
    .orderBy("seq", "desc")
    .limit(limit)
    .select();
  const next = rows.length < limit ? null : (rows.at(-1)?.seq ?? null);
  // Who was enrolled since is taken off the part of the list that was just read.
  await (next === null ? below() : below().where("seq", ">", next)).whereRaw(IS_ENROLLED).delete();
  const [dropped] = await inside("unknown_scopes").sum({ n: "dropped" });
  return { items: rows.map(itemOf), next, dropped: Number(dropped?.["n"] ?? 0) };
}

const COLUMNS = ["scope", "kind", "raw", "first_heard", "last_heard", "frames", "seq"];
const HEARD_AGAIN = `ON CONFLICT (scope, kind, raw) DO UPDATE SET
  last_heard = excluded.last_heard, seq = excluded.seq,
  frames = unknown_addresses.frames + excluded.frames`;
const DROPPED_AGAIN =
  "ON CONFLICT (scope) DO UPDATE SET dropped = unknown_scopes.dropped + excluded.dropped";

/** A meter in the row's scope answers to it: enrolled since, by 8 bytes or by the printed 6. */
const IS_ENROLLED = `EXISTS (
  SELECT 1 FROM addresses
  JOIN meters ON meters.id = addresses.meter
  JOIN customers ON customers.num = meters.customer
  WHERE addresses.kind = unknown_addresses.kind
  AND addresses.raw IN (unknown_addresses.raw, substr(unknown_addresses.raw, 1, 6))
  AND (length(unknown_addresses.scope) = 0 OR customers.uid = unknown_addresses.scope))`;

interface Row {
  readonly scope: Uint8Array;
  readonly kind: AddressKind;
  readonly raw: Uint8Array;
  readonly first_heard: string;
  readonly last_heard: string;
  readonly frames: number;
  readonly seq: number;
}

function itemOf({ scope, kind, raw, ...row }: Row): UnknownAddress {
  return {
    address: formatAddress({ kind, bytes: raw }),
    customer: scope.length === 0 ? null : formatId("cus", scope),
    firstHeard: row.first_heard,
    lastHeard: row.last_heard,
    count: row.frames,
  };
}

function scopeOf(customer: string): Buffer {
  return asBuffer(parseId("cus", customer) ?? new Uint8Array(0));
}
