/**
 * The derived tables as they are stored, held against `docs/log-format.md` by a reading of it that
 * shares no code with the index.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { ExecutionContext } from "ava";
import type { Knex } from "../../src/db/open.ts";

const FIELDS = "actor action customer code outcome reference meter token recipient".split(" ");

/** Segments follow each other from `first` to `end`, and all rows are those of their entries. */
export async function checkTables(
  t: ExecutionContext,
  db: Knex,
  first: number,
  end: number,
): Promise<void> {
  const segments = await db("log_segments").orderBy("first").select();
  let next = first;
  const expected = new Map<string, string>();
  for (const segment of segments) {
    t.is(segment.first, next);
    next = segment.last;
    const rows = await db("log_entries")
      .whereBetween("idx", [segment.first, segment.last - 1])
      .orderBy("idx")
      .select("body");
    const entries = rows.map(({ body }) => JSON.parse(body));
    const times = entries.map(
      ({ at }) => BigInt(Date.parse(at)) * 1000n + BigInt(at.slice(-4, -1)),
    );
    t.is(hex(segment.times), times.map((at, i) => leb(at - (times[i - 1] ?? 0n))).join(""));
    for (const [term, postings] of postingsOf(entries)) {
      expected.set(`${term} ${segment.first}`, postings);
    }
  }
  t.is(next, end);
  const stored = await db("log_index").select();
  const found = new Map(stored.map((row) => [`${row.term} ${row.segment}`, hex(row.postings)]));
  t.is(found.size, expected.size);
  for (const [row, postings] of expected) {
    t.is(found.get(row), postings, row);
  }
  await checkSubtrees(t, db, end);
}

function postingsOf(entries: readonly Record<string, unknown>[]): Map<string, string> {
  const postings = new Map<string, string>();
  const last = new Map<string, number>();
  const item = (term: string, offset: number, more: string) => {
    const step = leb(BigInt(offset - (last.get(term) ?? -1)));
    postings.set(term, (postings.get(term) ?? "") + step + more);
    last.set(term, offset);
  };
  for (const [offset, entry] of entries.entries()) {
    for (const field of FIELDS) {
      if (typeof entry[field] === "string" && `${field}:${entry[field]}` !== "outcome:ok") {
        item(`${field}:${entry[field]}`, offset, "");
      }
    }
    if (typeof entry["customer"] === "string") {
      for (const [bucket, numbers] of bucketsOf(entry)) {
        item(`keys:${entry["customer"]}:${bucket}`, offset, numbersText(numbers));
      }
    }
  }
  return postings;
}

function bucketsOf(entry: Record<string, unknown>): Map<number, number[]> {
  const named = new Set<number>();
  const { keys, from, to } = entry as { keys?: unknown; from?: unknown; to?: unknown };
  const isSet =
    Array.isArray(keys) &&
    keys.every((row) => Array.isArray(row) && row.length >= 2 && row.every(Number.isInteger));
  let number = 0;
  for (const [delta] of isSet ? keys : []) {
    number += delta;
    named.add(number);
  }
  if (Number.isInteger(from) && Number.isInteger(to)) {
    const [low, high] = [Number(from), Number(to)];
    for (let n = low; low >= 0 && n <= high && high - low + 1 < 2 ** 24; n++) {
      named.add(n);
    }
  }
  const buckets = new Map<number, number[]>();
  for (const n of [...named].sort((a, b) => a - b)) {
    const bucket = Math.floor(n / 256);
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), n % 256]);
  }
  return buckets;
}

function numbersText(numbers: readonly number[]): string {
  const count = leb(BigInt(numbers.length));
  if (numbers.length <= 31) {
    return count + hex(Uint8Array.from(numbers));
  }
  const bitmap = new Uint8Array(32);
  for (const n of numbers) {
    bitmap[Math.floor(n / 8)]! |= 1 << (n % 8);
  }
  return count + hex(bitmap);
}

/** The hashes of tiles above level 0 are there up to `end`, and no others. */
export async function checkSubtrees(t: ExecutionContext, db: Knex, end: number): Promise<void> {
  const rows = await db("log_entries").orderBy("idx").select("leaf_hash");
  const expected: string[] = [];
  let below = rows.slice(0, end).map(({ leaf_hash }) => leaf_hash as Buffer);
  for (let level = 1; below.length >= 256; level++) {
    const roots: Buffer[] = [];
    for (let at = 0; at + 256 <= below.length; at += 256) {
      const root = perfectRoot(below.slice(at, at + 256));
      expected.push(`${level} ${roots.length} ${hex(root)}`);
      roots.push(root);
    }
    below = roots;
  }
  const stored = await db("log_subtrees").orderBy("level").orderBy("idx").select();
  t.deepEqual(
    stored.map((row) => `${row.level} ${row.idx} ${hex(row.hash)}`),
    expected,
  );
}

function perfectRoot(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 1) {
    return hashes[0]!;
  }
  const half = hashes.length / 2;
  const [left, right] = [perfectRoot(hashes.slice(0, half)), perfectRoot(hashes.slice(half))];
  return createHash("sha256").update(Buffer.of(1)).update(left).update(right).digest();
}

function leb(value: bigint): string {
  const byte = Number(value & 127n);
  const rest = value >> 7n;
  return rest === 0n ? hex(Uint8Array.of(byte)) : hex(Uint8Array.of(byte | 128)) + leb(rest);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
