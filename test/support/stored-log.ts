/**
 * A log of 1100 entries in the tables, indexed to 1024 in segments from 0 and 512.
 *
 * @module
 */
import { packedBytes } from "../../src/activity/ask/segments/leb128.ts";
import { addEntry, createSegment, segmentRows } from "../../src/activity/ask/segments/segment.ts";
import { parseMicroseconds } from "../../src/activity/entries/entry-text.ts";
import { leafHash } from "../../src/activity/hashing.ts";
import { migrateCore } from "../../src/db/core/migrations.ts";
import type { Knex } from "../../src/db/open.ts";
import { createSigner, entryText, levelsOf } from "./log-tree.ts";

export const SIZE = 1100;
export const TABLES = ["log_segments", "log_index", "log_subtrees"];

export const ENTRIES = Array.from({ length: SIZE }, (_, n) =>
  entryText(n, {
    actor: `tok_${n % 3}`,
    ...(n % 2 === 0
      ? {
          customer: "cus_1",
          keys: [
            [n, 1, 1],
            [300, 2, 1],
          ],
        }
      : {}),
    ...(n % 50 === 1 ? { customer: "cus_2", from: n, to: n + 600 } : {}),
  }),
);
export const PRUNED = ENTRIES.with(1050, entryText(1050, { action: "log.pruned", below: 256 }));

/** A log of these entries in the tables, signed at its end. */
export async function fill(db: Knex, entries: readonly string[], first = 0) {
  await migrateCore(db);
  const signer = createSigner();
  const rows = entries.map((body, idx) => ({
    idx,
    body,
    leaf_hash: Buffer.from(leafHash(body)),
  }));
  await db.batchInsert("log_entries", rows, 200);
  await db("log_head").where({ id: 1 }).update({ size: entries.length });
  const leaf_hashes = Buffer.concat(rows.map((row) => row.leaf_hash));
  const note = signer.head(entries);
  await db("log_checkpoints").insert({ size: entries.length, note, leaf_hashes });
  for (const [from, to] of [
    [first, 512],
    [512, 1024],
  ] as const) {
    await fillSegment(db, entries, from, to);
  }
  for (const [level, hashes] of levelsOf(entries.slice(0, 1024)).entries()) {
    const own = level === 0 ? [] : hashes;
    await db.batchInsert(
      "log_subtrees",
      own.map((hash, idx) => ({ level, idx, hash: Buffer.from(hash) })),
    );
  }
  return signer;
}

async function fillSegment(db: Knex, entries: readonly string[], first: number, last: number) {
  const segment = createSegment(first);
  for (const body of entries.slice(first, last)) {
    const entry = JSON.parse(body);
    addEntry(segment, parseMicroseconds(entry.at), entry);
  }
  const times = Buffer.from(packedBytes(segment.times));
  await db("log_segments").insert({ first, last, times });
  const rows = segmentRows(segment).map(([term, bytes]) => ({
    term,
    segment: first,
    postings: Buffer.from(bytes),
  }));
  await db.batchInsert("log_index", rows, 100);
}
