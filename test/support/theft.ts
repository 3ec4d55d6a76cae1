/**
 * A thief with copies of what the exchange keeps, and the link and PIN besides: tries to open the
 * package with whatever lies in the copies.
 *
 * @module
 */
import { createDecipheriv, createHmac, hkdfSync, scryptSync } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { SealedPackage } from "../../keystore/index.ts";
import type { DatabaseLocation, Knex } from "../../src/db/open.ts";
import { linkContext } from "../../src/handover/protocol/derive.ts";

/** Where the server's log stands; "" for a file. */
export async function logPlace(location: DatabaseLocation, db: Knex): Promise<string> {
  if ("file" in location) {
    return "";
  }
  const { rows } = await db.raw("SELECT pg_current_wal_insert_lsn() AS place");
  return rows[0].place;
}

/**
 * Every byte that the database has on disk: dead rows, free pages and logs as well. Of a server
 * its tables, the planner's samples of them, and the log since `since`, when the link did not
 * exist yet.
 */
export async function copyOf(location: DatabaseLocation, db: Knex, since: string): Promise<Buffer> {
  if ("file" in location) {
    const folder = join(location.file, "..");
    return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  }
  await db.raw("CHECKPOINT");
  const { rows } = await db.raw(
    `SELECT current_setting('data_directory') AS home, pg_relation_filepath(oid) AS path
       FROM pg_class c WHERE pg_relation_filepath(oid) IS NOT NULL AND (
         relnamespace = 'public'::regnamespace OR oid = 'pg_statistic'::regclass OR oid IN (
           SELECT reltoastrelid FROM pg_class WHERE relnamespace = 'public'::regnamespace))`,
  );
  const tables = rows.map(({ home, path }: Record<string, string>) =>
    readFileSync(join(home ?? "", path ?? "")),
  );
  return Buffer.concat([...tables, await logSince(db, rows[0].home, since)]);
}

async function logSince(db: Knex, home: string, since: string): Promise<Buffer> {
  const { rows } = await db.raw(
    `SELECT a.file_name AS first, a.file_offset AS start, b.file_name AS last, b.file_offset AS end
       FROM pg_walfile_name_offset(?::pg_lsn) a,
            pg_walfile_name_offset(pg_current_wal_insert_lsn()) b`,
    [since],
  );
  const { first, start, last, end } = rows[0];
  const folder = join(home, "pg_wal");
  const names = readdirSync(folder).filter(
    (name) => name.length === first.length && name >= first && name <= last,
  );
  return Buffer.concat(
    names.sort().map((name) => {
      const bytes = readFileSync(join(folder, name));
      return bytes.subarray(name === first ? start : 0, name === last ? end : bytes.length);
    }),
  );
}

export interface Loot {
  /** Copies of the database, its logs and the program's log. */
  readonly copies: readonly Buffer[];
  /** A file of `share-keys`, if the thief has one. */
  readonly dayFile?: Buffer;
}

/** The share that opens the package, if anything in the loot is it or leads to it; else null. */
export async function findShare(loot: Loot, stolen: SealedPackage): Promise<Buffer | null> {
  const { linkId, header, ciphertext } = stolen;
  const fragment = Buffer.from(stolen.fragment, "base64url");
  const pinKey = pinKeyOf(fragment, stolen.pin);
  const context = linkContext(linkId, header);
  const tag = Buffer.from(ciphertext.subarray(-16));
  const body = ciphertext.subarray(0, -16);

  const opens = (share: Buffer): boolean => {
    const prk2 = createHmac("sha256", linkId)
      .update(fragment)
      .update(share)
      .update(pinKey)
      .digest();
    const dek = createHmac("sha256", prk2).update("dek\u0001").digest();
    const decipher = createDecipheriv("aes-256-gcm", dek, Buffer.alloc(12));
    decipher.setAAD(context).setAuthTag(tag).update(body);
    return ends(decipher);
  };
  const unboxed = (box: Buffer, key: Buffer): Buffer | null => {
    const decipher = createDecipheriv("aes-256-gcm", key, box.subarray(0, 12));
    decipher.setAAD(Buffer.concat([Buffer.from("meterseal/mkx1/share"), context]));
    decipher.setAuthTag(box.subarray(44, 60));
    const share = decipher.update(box.subarray(12, 44));
    return ends(decipher) ? share : null;
  };

  const tried = new Set<string>();
  const keys = loot.dayFile === undefined ? [] : boxKeys(loot.dayFile);
  for (const bytes of [...loot.copies, ...decoded(loot.copies)]) {
    for (const at of randomLooking(bytes)) {
      const candidate = bytes.subarray(at, at + 32);
      // The same page lies in several copies.
      const name = bytes.toString("latin1", at, at + 60);
      if (tried.has(name)) {
        continue;
      }
      tried.add(name);
      if (tried.size % 1000 === 0) {
        // The servers of other tests live in this thread too.
        await setImmediate();
      }
      if (opens(candidate)) {
        return candidate;
      }
      const box = bytes.subarray(at, at + 60);
      for (const key of box.length === 60 ? keys : []) {
        const share = unboxed(box, key);
        if (share !== null && opens(share)) {
          return share;
        }
      }
    }
  }
  return null;
}

function ends(decipher: { final(): Buffer }): boolean {
  try {
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

/** The PIN's half of the package key, written with node:crypto alone. */
function pinKeyOf(fragment: Buffer, pin: string): Buffer {
  const symbols = pin.replaceAll("-", "").slice(0, 8);
  const salt = Buffer.from(hkdfSync("sha256", fragment, "meterseal/mkx1", "pin-salt", 32));
  const cost = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
  return scryptSync(symbols, salt, 64, cost).subarray(32);
}

/** What a file of `share-keys` may open: the day key itself, and it with each slot. */
function boxKeys(file: Buffer): Buffer[] {
  const day = file.subarray(0, 32);
  const slots = Array.from({ length: (file.length - 64) / 32 }, (_, i) =>
    file.subarray(64 + i * 32, 96 + i * 32),
  );
  return [day, ...slots.map((slot) => createHmac("sha256", day).update(slot).digest())];
}

/**
 * Places of 32 bytes with at least 24 different ones. Random bytes have about 30, and fewer than
 * 24 less than once in 10^5; zeros, numbers and text fall out.
 */
function* randomLooking(bytes: Buffer): Generator<number> {
  const counts = new Uint16Array(256);
  let different = 0;
  for (let i = 0; i < bytes.length; i++) {
    different += count(counts, bytes[i], 1) === 1 ? 1 : 0;
    if (i >= 32) {
      different -= count(counts, bytes[i - 32], -1) === 0 ? 1 : 0;
    }
    if (i >= 31 && different >= 24) {
      yield i - 31;
    }
  }
}

function count(counts: Uint16Array, byte: number | undefined, change: number): number {
  const now = (counts[byte ?? 0] ?? 0) + change;
  counts[byte ?? 0] = now;
  return now;
}

/** Bytes that are written as text in the copies: base64url and hex of 32 bytes or more. */
function decoded(copies: readonly Buffer[]): Buffer[] {
  return copies.flatMap((bytes) => {
    const text = bytes.toString("latin1");
    const base64 = text.match(/[\w-]{43,}/g) ?? [];
    const hex = text.match(/[\da-f]{64,}/gi) ?? [];
    return [
      ...base64.map((run) => Buffer.from(run, "base64url")),
      ...hex.map((run) => Buffer.from(run, "hex")),
    ];
  });
}
