/**
 * Holds the index over the log against its entries (`docs/log-format.md`, "Of a database", 7).
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { TILE_WIDTH } from "../tree/tiles.ts";
import { createEntryReader } from "./entry-reader.ts";
import { createPostings, type Postings, putNumber } from "./index-terms.ts";
import type { Report } from "./log-problem.ts";

const PAGE = 2000;

export interface IndexFound {
  /** Whether every segment is right. */
  readonly isRight: boolean;
  /** Where the last segment ends; 0 without one. */
  readonly end: number;
}

/** Of a log that is whole: `size` entries, those before `pruned` gone. */
export async function verifyIndex(
  db: Knex,
  { size, pruned }: { readonly size: number; readonly pruned: number },
  report: Report,
  progress: (entries: number) => void = () => undefined,
): Promise<IndexFound> {
  const segments: Segment[] = await db("log_segments").orderBy("first").select("first", "last");
  let isRight = true;
  let end = 0;
  let next = pruned;
  for (const { first, last } of segments) {
    const isInPlace = first === next && last > first && last % TILE_WIDTH === 0 && last <= size;
    if (!isInPlace) {
      const index = Math.max(0, Math.min(first, next));
      report(index, "INDEX_CHANGED", `a segment from ${first} to ${last}, expected from ${next}`);
      isRight = false;
      break;
    }
    if (!(await isSegmentRight(db, first, last, progress))) {
      report(first, "INDEX_CHANGED", `the index of entries ${first} to ${last} is not theirs`);
      isRight = false;
    }
    next = last;
    end = last;
  }
  const strays: { segment: number }[] = await db("log_index")
    .whereNotIn("segment", db("log_segments").select("first"))
    .distinct("segment")
    .orderBy("segment")
    .limit(PAGE);
  for (const { segment } of strays) {
    const index = Number.isSafeInteger(segment) ? Math.max(0, Math.min(segment, size)) : size;
    report(index, "INDEX_CHANGED", "an index of entries that are not indexed");
  }
  return { isRight, end };
}

interface Segment {
  readonly first: number;
  readonly last: number;
}

async function isSegmentRight(
  db: Knex,
  first: number,
  last: number,
  progress: (entries: number) => void,
): Promise<boolean> {
  const { times, postings } = await makeSegment(db, first, last, progress);
  const [stored] = await db("log_segments").where({ first }).select("times");
  if (!isSame(stored?.times, times)) {
    return false;
  }
  const expected = new Map(postings.terms);
  for (let after: string | null = null; ; ) {
    const rows: { term: string; postings: unknown }[] = await db("log_index")
      .where({ segment: first })
      .modify((query) => after !== null && query.andWhere("term", ">", after))
      .orderBy("term")
      .limit(PAGE)
      .select("term", "postings");
    for (const { term, postings: bytes } of rows) {
      const own = expected.get(term);
      if (own === undefined || !isSame(bytes, own)) {
        return false;
      }
      expected.delete(term);
    }
    const lastRow = rows.at(-1);
    if (lastRow === undefined || rows.length < PAGE) {
      return expected.size === 0;
    }
    after = lastRow.term;
  }
}

/** What the rows of a segment must hold. */
async function makeSegment(
  db: Knex,
  first: number,
  last: number,
  progress: (entries: number) => void,
): Promise<{ readonly times: readonly number[]; readonly postings: Postings }> {
  const postings = createPostings();
  const times: number[] = [];
  const reader = createEntryReader();
  let lastAt = 0;
  for (let from = first; from < last; from += PAGE) {
    const rows: { idx: number; body: string }[] = await db("log_entries")
      .where("idx", ">=", from)
      .andWhere("idx", "<", Math.min(last, from + PAGE))
      .orderBy("idx")
      .select("idx", "body");
    for (const { idx, body } of rows) {
      reader.read(body);
      reader.isCanonical();
      const at = reader.at();
      putNumber(times, at - lastAt);
      lastAt = at;
      postings.add(idx - first, reader.parse());
    }
    progress(from);
  }
  return { times, postings };
}

/** SQLite holds whatever somebody put into a column. */
function isSame(stored: unknown, bytes: readonly number[]): boolean {
  return stored instanceof Uint8Array && Buffer.compare(stored, Uint8Array.from(bytes)) === 0;
}
