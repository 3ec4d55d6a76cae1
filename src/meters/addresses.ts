/**
 * Which addresses are taken. Addresses are raw bytes under a unique index, never numbers.
 *
 * A FLAG address of 6 bytes stands for every version and medium, so it excludes the 8-byte forms
 * of the same number, and the other way round.
 *
 * @module
 */
import { asBuffer } from "../db/bulk.ts";
import type { Knex } from "../db/open.ts";
import type { RawAddress } from "./address.ts";

/** Manufacturer and number: what both forms of a FLAG address share. */
const SHORT = 6;

export interface TakenAddresses {
  /** Takes an address; answers why it cannot be had, or null. */
  claim(address: RawAddress): string | null;
}

/** Looks the batch up in the table; later claims of the batch see earlier ones. */
export async function takenAddresses(
  db: Knex,
  batch: readonly RawAddress[],
): Promise<TakenAddresses> {
  const exact = new Set<string>();
  const short = new Set<string>();
  const add = (kind: string, bytes: Uint8Array): void => {
    exact.add(key(kind, bytes));
    if (kind === "wmbus") {
      short.add(key(kind, bytes.subarray(0, SHORT)));
    }
  };
  for (const { kind, raw } of await stored(db, batch)) {
    add(kind, raw);
  }
  return {
    claim({ kind, bytes }) {
      if (exact.has(key(kind, bytes))) {
        return "a meter with this address is enrolled already";
      }
      const overlaps =
        kind === "wmbus" &&
        (bytes.length === SHORT
          ? short.has(key(kind, bytes))
          : exact.has(key(kind, bytes.subarray(0, SHORT))));
      if (overlaps) {
        return "a meter with this number is enrolled in the other form (with or without /version/medium)";
      }
      add(kind, bytes);
      return null;
    },
  };
}

async function stored(
  db: Knex,
  batch: readonly RawAddress[],
): Promise<{ kind: string; raw: Uint8Array }[]> {
  const rows: { kind: string; raw: Uint8Array }[] = [];
  for (const kind of new Set(batch.map((address) => address.kind))) {
    const bytes = batch.filter((address) => address.kind === kind).map((address) => address.bytes);
    const wanted = kind === "wmbus" ? bytes.flatMap((b) => [b, b.subarray(0, SHORT)]) : bytes;
    for (let at = 0; at < wanted.length; at += 5000) {
      const part = wanted.slice(at, at + 5000).map(asBuffer);
      rows.push(
        ...(await db("addresses").where({ kind }).whereIn("raw", part).select("kind", "raw")),
      );
    }
    // 8-byte rows under a 6-byte address: a range of the index each.
    for (const b of bytes.filter((candidate) => kind === "wmbus" && candidate.length === SHORT)) {
      const from = Buffer.concat([b, Buffer.alloc(2, 0)]);
      const to = Buffer.concat([b, Buffer.alloc(2, 255)]);
      rows.push(
        ...(await db("addresses")
          .where({ kind })
          .whereBetween("raw", [from, to])
          .select("kind", "raw")),
      );
    }
  }
  return rows;
}

function key(kind: string, bytes: Uint8Array): string {
  return `${kind}:${asBuffer(bytes).toString("latin1")}`;
}
