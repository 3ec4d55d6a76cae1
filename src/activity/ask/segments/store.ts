/**
 * The derived tables: segments written whole, and taken away from the end.
 *
 * Every transaction leaves tables that are right as far as they go, so that whoever verifies a
 * snapshot of the database finds nothing wrong with them.
 *
 * @module
 */
import { asBuffer, insertRows } from "../../../db/bulk.ts";
import type { Knex } from "../../../db/open.ts";
import { inTransaction } from "../../../db/transaction.ts";
import { IndexError, packedBytes } from "./leb128.ts";
import { eachTime, type Segment, STEP, segmentRows } from "./segment.ts";
import type { StoredSpan } from "./span.ts";
import { dropSubtrees, subtreesUpTo } from "./subtrees.ts";

const PAGE = 256;

/** A stored segment as its columns are. */
interface SegmentRow {
  readonly first: number;
  readonly last: number;
  readonly times: Uint8Array;
}

/**
 * The stored segments as far as their shape is right: one behind the other from `first`, each
 * ending at a multiple of 256 and not beyond `size`.
 */
export async function readSpans(db: Knex, first: number, size: number): Promise<StoredSpan[]> {
  const spans: StoredSpan[] = [];
  let end = first;
  for (;;) {
    const rows: SegmentRow[] = await db("log_segments")
      .where("first", ">=", end)
      .orderBy("first")
      .limit(PAGE)
      .select("first", "last", "times");
    for (const row of rows) {
      const span = row.first === end && row.last <= size ? spanOf(row) : null;
      if (span === null) {
        return spans;
      }
      spans.push(span);
      end = span.last;
    }
    if (rows.length < PAGE) {
      return spans;
    }
  }
}

/** Writes a segment behind the one that ends where it begins; whatever lies there is replaced. */
export async function writeSegment(db: Knex, segment: Segment): Promise<StoredSpan> {
  const { first, count, firstAt, lastAt } = segment;
  const last = first + count;
  const rows = segmentRows(segment).map(([term, postings]) => [term, first, postings] as const);
  // One turn for all of it: a busy log lets others to its connection once a group.
  await inTransaction(db, async (trx) => {
    const subtrees = await subtreesUpTo(trx, last);
    await trx("log_index").where("segment", ">=", first).delete();
    await trx("log_segments").where("first", ">=", first).delete();
    const times = asBuffer(packedBytes(segment.times));
    await trx("log_segments").insert({ first, last, times });
    await insertRows(trx, "log_index", ["term", "segment", "postings"], rows);
    await insertRows(
      trx,
      "log_subtrees",
      ["level", "idx", "hash"],
      subtrees.map(({ level, idx, hash }) => [level, idx, hash]),
      "ON CONFLICT (level, idx) DO UPDATE SET hash = excluded.hash",
    );
  });
  return { kind: "stored", first, last, firstAt, lastAt };
}

/** Drops the segments that begin at or after `end`, the last one first, each in a turn of its own. */
export async function dropSegments(db: Knex, end: number): Promise<void> {
  for (;;) {
    const [row] = await db("log_segments").max({ first: "first" });
    const first = row?.["first"] ?? null;
    if (first === null || first < end) {
      break;
    }
    await inTransaction(db, (trx) => dropFrom(trx, first));
  }
  await inTransaction(db, (trx) => dropFrom(trx, end));
}

/**
 * Takes away what lies below a pruned index, in the transaction that prunes. A segment that
 * reaches across it takes all others with it: they are made again.
 */
export async function pruneSegments(trx: Knex.Transaction, below: number): Promise<void> {
  const [across] = await trx("log_segments")
    .where("first", "<", below)
    .andWhere("last", ">", below)
    .select("first");
  const [after] = await trx("log_segments").where("first", ">=", below).select("first").limit(1);
  if (across !== undefined || after === undefined) {
    await dropFrom(trx, 0);
    return;
  }
  await trx("log_index").where("segment", "<", below).delete();
  await trx("log_segments").where("first", "<", below).delete();
}

/** Without a segment there are no hashes above it either. */
async function dropFrom(trx: Knex.Transaction, first: number): Promise<void> {
  await trx("log_index").where("segment", ">=", first).delete();
  await trx("log_segments").where("first", ">=", first).delete();
  const [row] = await trx("log_segments").max({ last: "last" });
  await dropSubtrees(trx, row?.["last"] ?? 0);
}

/**
 * Postings of some terms, and of those that begin with `prefix`, in the segments that begin from
 * `first` to `last`; by segment.
 */
export async function readPostings(
  db: Knex,
  { terms, prefix }: { readonly terms: readonly string[]; readonly prefix?: string },
  first: number,
  last: number,
): Promise<Map<number, Map<string, Uint8Array>>> {
  const found = new Map<number, Map<string, Uint8Array>>();
  if (terms.length === 0 && prefix === undefined) {
    return found;
  }
  const query = db("log_index")
    .whereBetween("segment", [first, last])
    .select("term", "segment", "postings");
  if (prefix === undefined) {
    query.whereIn("term", terms);
  } else {
    // Not LIKE: it reads `_` and case in its own ways.
    query.where((either) => {
      either.whereIn("term", terms).orWhereRaw("substr(term, 1, ?) = ?", [prefix.length, prefix]);
    });
  }
  const rows: { term: string; segment: number; postings: Uint8Array }[] = await query;
  for (const { term, segment, postings } of rows) {
    let own = found.get(segment);
    if (own === undefined) {
      own = new Map();
      found.set(segment, own);
    }
    own.set(term, postings);
  }
  return found;
}

/** Times of the segments that begin from `first` to `last`. */
export async function readTimes(
  db: Knex,
  first: number,
  last: number,
): Promise<Map<number, Uint8Array>> {
  const rows: SegmentRow[] = await db("log_segments")
    .whereBetween("first", [first, last])
    .select("first", "times");
  return new Map(rows.map((row) => [row.first, row.times]));
}

function spanOf({ first, last, times }: SegmentRow): StoredSpan | null {
  if (last <= first || last % STEP !== 0) {
    return null;
  }
  let [firstAt, lastAt] = [0, 0];
  try {
    eachTime(times, last - first, (offset, at) => {
      firstAt = offset === 0 ? at : firstAt;
      lastAt = at;
    });
  } catch (error) {
    if (error instanceof IndexError) {
      return null;
    }
    throw error;
  }
  return { kind: "stored", first, last, firstAt, lastAt };
}
