/**
 * The table of verdicts that an `Idempotency-Key` keeps: a row per batch, packed, and a bound.
 *
 * @module
 */
import { timestamp } from "../../base/clock.ts";
import { insertRows } from "../../db/bulk.ts";
import type { Knex } from "../../db/open.ts";
import type { Freshness } from "../freshness/window.ts";

/** A batch of a request under a key. */
export interface KeyedBatch {
  readonly token: string;
  /** SHA-256 over token and key: another token's key is another key. */
  readonly key: Uint8Array;
  /** Position in the request of the first frame. */
  readonly first: number;
  /** `DIGEST` bytes per frame. */
  readonly digests: Uint8Array;
}

/** What became of each frame of a batch; null where it did not open. */
export type Verdicts = readonly (Freshness | null)[];

/** Bytes of a frame's digest. */
export const DIGEST = 8;

const RECORD = DIGEST + 1;
/** Longest row, in frames: bounds where rows that hold a position may begin. */
const MAX_ROW = 4096;
/** The byte of a verdict is its place here; 0 = the frame did not open. */
const VERDICTS = [null, "fresh", "duplicate", "old", "unknown"] as const;

/** Verdicts kept since `since` of the same frames at the same positions; the first ones count. */
export async function readVerdicts(
  trx: Knex,
  { key, first, digests }: KeyedBatch,
  since: Date,
): Promise<Verdicts> {
  const frames = digests.length / DIGEST;
  const rows: { first: number; verdicts: Uint8Array }[] = await trx("batch_verdicts")
    .where({ key })
    .andWhere("first", ">", first - MAX_ROW)
    .andWhere("first", "<", first + frames)
    .andWhere("created_at", ">=", timestamp(since))
    .orderBy("id")
    .select("first", "verdicts");
  const found: (Freshness | null)[] = new Array(frames).fill(null);
  for (const row of rows) {
    const shift = row.first - first;
    const end = Math.min(frames, shift + row.verdicts.length / RECORD);
    for (let i = Math.max(0, shift); i < end; i++) {
      const at = (i - shift) * RECORD;
      const own = digests.subarray(i * DIGEST, (i + 1) * DIGEST);
      if (Buffer.compare(row.verdicts.subarray(at, at + DIGEST), own) === 0) {
        found[i] ??= VERDICTS[row.verdicts[at + DIGEST]!] ?? null;
      }
    }
  }
  return found;
}

/** Keeps the verdicts of a batch. */
export async function writeVerdicts(
  trx: Knex,
  { token, key, first, digests }: KeyedBatch,
  verdicts: Verdicts,
  at: Date,
): Promise<void> {
  const rows: (string | number | Uint8Array)[][] = [];
  for (let from = 0; from < verdicts.length; from += MAX_ROW) {
    const part = verdicts.slice(from, from + MAX_ROW);
    const records = Buffer.alloc(part.length * RECORD);
    for (const [i, verdict] of part.entries()) {
      const digest = digests.subarray((from + i) * DIGEST, (from + i + 1) * DIGEST);
      records.set(digest, i * RECORD);
      records[i * RECORD + DIGEST] = VERDICTS.indexOf(verdict);
    }
    rows.push([token, key, first + from, part.length, timestamp(at), records]);
  }
  const columns = ["token", "key", "first", "frames", "created_at", "verdicts"];
  await insertRows(trx, "batch_verdicts", columns, rows);
}

/** How many frames are kept for a token. */
export async function countFrames(trx: Knex, token: string): Promise<number> {
  const [row] = await trx("batch_verdicts").where({ token }).sum({ n: "frames" });
  return Number(row?.["n"] ?? 0);
}

/** Keeps the newest rows of a token, as many as have at most `frames` frames together. */
export async function dropOldest(
  trx: Knex.Transaction,
  token: string,
  frames: number,
): Promise<void> {
  const running = trx("batch_verdicts")
    .where({ token })
    .select("id", trx.raw("SUM(frames) OVER (ORDER BY id DESC) AS total"));
  const [edge] = await trx
    .from(running.as("running"))
    .where("total", ">", frames)
    .max({ id: "id" });
  if (edge?.["id"] != null) {
    await trx("batch_verdicts").where({ token }).andWhere("id", "<=", edge["id"]).delete();
  }
}

/** Erases what was kept before `since`. */
export async function dropBefore(trx: Knex, since: Date): Promise<void> {
  await trx("batch_verdicts").where("created_at", "<", timestamp(since)).delete();
}
