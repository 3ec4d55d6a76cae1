/**
 * A log written out by the letter of docs/log-format.md and C2SP tlog-tiles, without the project's
 * own tree: what verifiers of an export and of derived tables are tried on.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Knex } from "../../src/db/open.ts";

/** A log of which nothing was pruned. */
export interface WrittenLog {
  readonly bodies: readonly string[];
  readonly checkpoint: string;
  readonly vkey: string;
}

/** Writes the static layout into a directory. */
export function writeTiles(folder: string, log: WrittenLog): void {
  const write = (name: string, content: string | Uint8Array): void => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  write("checkpoint", log.checkpoint);
  write("vkey", `${log.vkey}\n`);
  const bundle = log.bodies.map((body) => {
    const bytes = Buffer.from(body);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  for (const [level, items] of [["entries", bundle], ...levelsOf(log.bodies).entries()] as const) {
    for (let n = 0; n * 256 < items.length; n++) {
      const tile = items.slice(n * 256, n * 256 + 256);
      write(
        `${tilePath(level, n)}${tile.length < 256 ? `.p/${tile.length}` : ""}`,
        Buffer.concat(tile),
      );
    }
  }
}

/** `tile/<L>/<N>` of a full tile. */
export function tilePath(level: number | "entries", n: number): string {
  const groups: string[] = [];
  for (let rest = n; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    const digits = String(rest % 1000).padStart(3, "0");
    groups.unshift(groups.length === 0 ? digits : `x${digits}`);
  }
  return `tile/${level}/${groups.join("/")}`;
}

/** Hashes of every tile level: leaves, then the roots of 256 of the level below. */
export function levelsOf(bodies: readonly string[]): Buffer[][] {
  const levels = [bodies.map((body) => sha256(Buffer.from([0]), Buffer.from(body)))];
  for (let below = levels[0] ?? []; below.length >= 256; ) {
    const full = Math.floor(below.length / 256);
    const level = Array.from({ length: full }, (_, i) =>
      rootOf(below.slice(i * 256, i * 256 + 256)),
    );
    levels.push(level);
    below = level;
  }
  return levels;
}

/** A C2SP tlog-proof of one entry, with the entry in it. */
export function proofFile({ bodies, checkpoint }: WrittenLog, index: number): string {
  const [leaves = []] = levelsOf(bodies);
  const hashes = pathOf(index, leaves).map((hash) => `${hash.toString("base64")}\n`);
  const extra = Buffer.from(bodies[index] ?? "").toString("base64");
  const head = `c2sp.org/tlog-proof@v1\nextra ${extra}\nindex ${index}\n`;
  return `${head}${hashes.join("")}\n${checkpoint}`;
}

/** Fills the derived tables; each segment has `length` entries, a multiple of 256. */
export async function fillDerived(
  db: Knex,
  bodies: readonly string[],
  length: number,
): Promise<void> {
  let end = 0;
  for (; end + length <= bodies.length; end += length) {
    const { times, terms } = segmentOf(bodies.slice(end, end + length));
    await db("log_segments").insert({ first: end, last: end + length, times });
    const rows = [...terms].map(([term, postings]) => ({ term, segment: end, postings }));
    await db.batchInsert("log_index", rows, 100);
  }
  for (const [level, hashes] of levelsOf(bodies.slice(0, end)).entries()) {
    const rows = level === 0 ? [] : hashes.map((hash, idx) => ({ level, idx, hash }));
    await db.batchInsert("log_subtrees", rows, 100);
  }
}

const FIELDS = "actor action customer code outcome reference meter token recipient".split(" ");

function segmentOf(bodies: readonly string[]) {
  const times: number[] = [];
  const lists = new Map<string, { last: number; bytes: number[] }>();
  let latest = 0;
  for (const [offset, body] of bodies.entries()) {
    const entry = JSON.parse(body);
    const at = Date.parse(`${entry.at.slice(0, 19)}Z`) * 1000 + Number(entry.at.slice(20, 26));
    times.push(...leb128(at - latest));
    latest = at;
    const has = FIELDS.filter((field) => typeof entry[field] === "string")
      .map((field): [string, number[]] => [`${field}:${entry[field]}`, []])
      .filter(([term]) => term !== "outcome:ok");
    for (const [term, item] of [...has, ...keysTerms(entry)]) {
      const list = lists.get(term) ?? { last: -1, bytes: [] };
      list.bytes.push(...leb128(offset - list.last), ...item);
      lists.set(term, { ...list, last: offset });
    }
  }
  const terms = new Map([...lists].map(([term, { bytes }]) => [term, Buffer.from(bytes)]));
  return { times: Buffer.from(times), terms };
}

function keysTerms(entry: Record<string, unknown>): [string, number[]][] {
  const { customer, keys = [], from = 1, to = 0 } = entry;
  if (typeof customer !== "string") {
    return [];
  }
  const numbers = new Set<number>();
  let number = 0;
  for (const [delta = 0] of keys as number[][]) {
    number += delta;
    numbers.add(number);
  }
  for (let n = Number(from); n <= Number(to); n++) {
    numbers.add(n);
  }
  const buckets = new Map<number, number[]>();
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const bucket = Math.floor(n / 256);
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), n]);
  }
  return [...buckets].map(([bucket, all]) => {
    const bitmap = Array.from({ length: 32 }, () => 0);
    for (const n of all) {
      bitmap[(n % 256) >> 3] = (bitmap[(n % 256) >> 3] ?? 0) | (1 << (n & 7));
    }
    const named = all.length < 32 ? all.map((n) => n % 256) : bitmap;
    return [`keys:${customer}:${bucket}`, [...leb128(all.length), ...named]];
  });
}

function leb128(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...leb128(Math.floor(value / 128))];
}

/** RFC 6962 §2.1: MTH over leaf hashes. */
function rootOf(hashes: readonly Buffer[]): Buffer {
  const [first, second] = hashes;
  if (first === undefined || second === undefined) {
    return first ?? sha256();
  }
  const half = halfOf(hashes.length);
  return sha256(Buffer.from([1]), rootOf(hashes.slice(0, half)), rootOf(hashes.slice(half)));
}

/** RFC 6962 §2.1.1: PATH(index, leaf hashes). */
function pathOf(index: number, hashes: readonly Buffer[]): Buffer[] {
  if (hashes.length === 1) {
    return [];
  }
  const half = halfOf(hashes.length);
  const [left, right] = [hashes.slice(0, half), hashes.slice(half)];
  return index < half
    ? [...pathOf(index, left), rootOf(right)]
    : [...pathOf(index - half, right), rootOf(left)];
}

/** The largest power of two below `length`. */
function halfOf(length: number): number {
  return 2 ** Math.floor(Math.log2(length - 1));
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}
