/**
 * Holds the index over the log against its entries (`docs/log-format.md`, "Of a database", 7).
 *
 * @module
 */
import type { Knex } from "../../../db/open.ts";
import { packedBytes } from "../../ask/segments/leb128.ts";
import { addEntry, createSegment, type Segment, segmentRows } from "../../ask/segments/segment.ts";
import { TILE_WIDTH } from "../../tree/tiles.ts";
import { createEntryReader } from "../entry/entry-reader.ts";
import type { Report } from "../log-problem.ts";
import type { Verification } from "../verify.ts";

const PAGE = 2000;

export interface IndexFound {
  /** Whether every segment is right. */
  readonly isRight: boolean;
  /** Where the last segment ends; 0 without one. */
  readonly end: number;
}

/**
 * Of a log that is whole: `size` entries, those before `pruned` gone. Segments that were found
 * right on the way, `indexed`, are not made again.
 */
export async function verifyIndex(
  db: Knex,
  { size, pruned, indexed }: Pick<Verification, "size" | "pruned" | "indexed">,
  report: Report,
  progress: (entries: number) => void = () => undefined,
): Promise<IndexFound> {
  const segments = await storedSegments(db);
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
    const isRightSegment =
      indexed.get(first) === last ||
      (await isSegmentStored(db, await makeSegment(db, { first, last }, progress)));
    if (!isRightSegment) {
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

/** Entries `first` to `last` - 1, if what the table says is true. */
export interface SegmentRange {
  readonly first: number;
  readonly last: number;
}

export async function storedSegments(db: Knex): Promise<readonly SegmentRange[]> {
  return await db("log_segments").orderBy("first").select("first", "last");
}

/** Whether the stored rows of a segment are the ones that its entries give. */
export async function isSegmentStored(db: Knex, segment: Segment): Promise<boolean> {
  const { first } = segment;
  const [stored] = await db("log_segments").where({ first }).select("times");
  if (!isSame(stored?.times, packedBytes(segment.times))) {
    return false;
  }
  const expected = new Map(segmentRows(segment));
  for (let after: string | null = null; ; ) {
    const rows: { term: string; postings: unknown }[] = await db("log_index")
      .where({ segment: first })
      .modify((query) => after !== null && query.andWhere("term", ">", after))
      .orderBy("term")
      .limit(PAGE)
      .select("term", "postings");
    for (const { term, postings } of rows) {
      const own = expected.get(term);
      if (own === undefined || !isSame(postings, own)) {
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

/** The segment that these entries give. */
async function makeSegment(
  db: Knex,
  { first, last }: SegmentRange,
  progress: (entries: number) => void,
): Promise<Segment> {
  const segment = createSegment(first);
  const reader = createEntryReader();
  for (let from = first; from < last; from += PAGE) {
    const rows: { body: string }[] = await db("log_entries")
      .where("idx", ">=", from)
      .andWhere("idx", "<", Math.min(last, from + PAGE))
      .orderBy("idx")
      .select("body");
    for (const { body } of rows) {
      reader.read(body);
      reader.isCanonical();
      addEntry(segment, reader.at(), reader.parse());
    }
    progress(from);
  }
  return segment;
}

/** SQLite holds whatever somebody put into a column. */
function isSame(stored: unknown, bytes: Uint8Array): boolean {
  return stored instanceof Uint8Array && Buffer.compare(stored, bytes) === 0;
}
