/**
 * Which meter, and which wrapped keys, stand behind an address: the look-up of every frame.
 *
 * By exact bytes under a unique index, never by trial: 8 bytes first, then a FLAG address of 6.
 * On SQLite what was read is kept until the file changes, which `PRAGMA data_version` tells of
 * other connections and `invalidate` of our own; a row that somebody swaps is seen at the next
 * batch. On PostgreSQL every batch reads.
 *
 * @module
 */
import type { CustomerKeyRef, Profile } from "../../keystore/index.ts";
import { formatId } from "../base/ids.ts";
import { asBuffer } from "../db/bulk.ts";
import { dialectOf, type Knex } from "../db/open.ts";
import type { AddressKind, RawAddress } from "./address.ts";
import { formatAddress } from "./address.ts";
import { customersByNum } from "./customers.ts";
import { type KeyRow, keyRows } from "./find.ts";

export interface KnownMeter {
  readonly row: number;
  readonly id: string;
  readonly uid: Uint8Array;
  readonly number: number;
  readonly address: RawAddress;
  readonly addressText: string;
  readonly name: string | null;
  readonly profile: Profile;
  readonly allowUnauthenticated: boolean;
  readonly isRetired: boolean;
  readonly customer: string;
  readonly customerKey: CustomerKeyRef;
  /** Rows of the versions in use, newest version first. */
  readonly versions: readonly (readonly KeyRow[])[];
  /** Whether one of these versions still waits for the frame that takes it into use. */
  readonly isRotating: boolean;
}

/** What one batch sees. */
export interface DirectoryView {
  /** The meter of an address, null if there is none; undefined = not read yet. */
  get(address: RawAddress): KnownMeter | null | undefined;
  /** Reads the meters of those addresses that `get` does not know. */
  read(addresses: readonly RawAddress[]): Promise<void>;
}

export interface Directory {
  view(): Promise<DirectoryView>;
  /** Forgets what was read: meters or keys have changed. */
  invalidate(): void;
}

const SHORT = 6;
const MAX_KEPT = 500_000;

/** Identity of an address in a map; wM-Bus addresses, the most frequent, stand for themselves. */
export function addressKey({ kind, bytes }: RawAddress): string {
  const raw = bytes.length === 8 ? eightKey(bytes) : String.fromCharCode(...bytes);
  return kind === "wmbus" ? raw : `${kind}:${raw}`;
}

/** Nearly all addresses have 8 bytes, and this runs for every frame: no iterator. */
function eightKey(b: Uint8Array): string {
  return String.fromCharCode(b[0]!, b[1]!, b[2]!, b[3]!, b[4]!, b[5]!, b[6]!, b[7]!);
}

export function createDirectory(db: Knex): Directory {
  const keeps = dialectOf(db) === "sqlite";
  let kept = new Map<string, KnownMeter | null>();
  let version: unknown;

  async function current(): Promise<Map<string, KnownMeter | null>> {
    if (!keeps) {
      return new Map();
    }
    const [row] = await db.raw("PRAGMA data_version");
    if (row?.data_version !== version || kept.size > MAX_KEPT) {
      kept = new Map();
      version = row?.data_version;
    }
    return kept;
  }

  return {
    async view() {
      // `invalidate` may run while a batch reads: it goes on with the map that it began with.
      const known = await current();
      return {
        get: (address) => known.get(addressKey(address)),
        async read(addresses) {
          const missing = new Map<string, RawAddress>();
          for (const address of addresses) {
            const key = addressKey(address);
            if (!known.has(key)) {
              missing.set(key, address);
            }
          }
          const found = await readMeters(db, [...missing.values()]);
          for (const key of missing.keys()) {
            known.set(key, found.get(key) ?? null);
          }
        },
      };
    },
    invalidate() {
      kept = new Map();
    },
  };
}

interface Row {
  readonly kind: AddressKind;
  readonly raw: Uint8Array;
  readonly id: number;
  readonly uid: Uint8Array;
  readonly number: number;
  readonly customer: number;
  readonly profile: Profile;
  readonly allow_unauthenticated: number;
  readonly status: string;
  readonly name: string | null;
}

async function readMeters(
  db: Knex,
  addresses: readonly RawAddress[],
): Promise<Map<string, KnownMeter>> {
  const rows = new Map((await addressRows(db, addresses)).map((row) => [rowKey(row), row]));
  const all = [...rows.values()];
  const customers = await customersByNum(
    db,
    all.map((row) => row.customer),
  );
  const keys = await keyRows(
    db,
    all.map((row) => ({ row: row.id, uid: new Uint8Array(row.uid) })),
  );
  const meters = new Map<string, KnownMeter>();
  for (const [key, row] of rows) {
    const customer = customers.get(row.customer);
    if (customer !== undefined) {
      const address = { kind: row.kind, bytes: row.raw };
      const versions = usableVersions(keys.get(row.id) ?? []);
      meters.set(key, {
        row: row.id,
        id: formatId("mtr", row.uid),
        uid: row.uid,
        number: row.number,
        address,
        addressText: formatAddress(address),
        name: row.name,
        profile: row.profile,
        allowUnauthenticated: row.allow_unauthenticated === 1,
        isRetired: row.status === "retired",
        customer: customer.id,
        customerKey: customer.key,
        versions,
        isRotating: versions.some(([first]) => first?.state === "new"),
      });
    }
  }
  const found = new Map<string, KnownMeter>();
  for (const address of addresses) {
    const key = addressKey(address);
    const meter = meters.get(key) ?? meters.get(shortKey(address));
    if (meter !== undefined) {
      found.set(key, meter);
    }
  }
  return found;
}

async function addressRows(db: Knex, addresses: readonly RawAddress[]): Promise<Row[]> {
  const wanted = new Map<AddressKind, Buffer[]>();
  for (const { kind, bytes } of addresses) {
    const list = wanted.get(kind) ?? [];
    list.push(asBuffer(bytes));
    if (kind === "wmbus" && bytes.length > SHORT) {
      list.push(asBuffer(bytes.subarray(0, SHORT)));
    }
    wanted.set(kind, list);
  }
  const rows: Row[] = [];
  for (const [kind, list] of wanted) {
    for (let at = 0; at < list.length; at += 5000) {
      rows.push(
        ...(await db("addresses")
          .where({ kind })
          .whereIn("raw", list.slice(at, at + 5000))
          .join("meters", "meters.id", "addresses.meter")
          .select(
            "kind",
            "raw",
            "meters.id",
            "uid",
            "number",
            "customer",
            "profile",
            "allow_unauthenticated",
            "status",
            "name",
          )),
      );
    }
  }
  return rows;
}

function usableVersions(rows: readonly KeyRow[]): KeyRow[][] {
  const versions = new Map<number, KeyRow[]>();
  for (const row of rows) {
    if (row.state === "new" || row.state === "active") {
      versions.set(row.version, [...(versions.get(row.version) ?? []), row]);
    }
  }
  return [...versions.values()];
}

function rowKey({ kind, raw }: Row): string {
  return addressKey({ kind, bytes: raw });
}

function shortKey({ kind, bytes }: RawAddress): string {
  return addressKey({ kind, bytes: bytes.subarray(0, SHORT) });
}
