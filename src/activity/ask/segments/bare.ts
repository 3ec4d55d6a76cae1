/**
 * Segments made of the entries themselves, where no index covers them.
 *
 * @module
 */
import type { Knex } from "../../../db/open.ts";
import { parseMicroseconds } from "../../entries/entry-text.ts";
import {
  addEntry,
  createSegment,
  isFull,
  type Segment,
  type SegmentLimits,
  STEP,
} from "./segment.ts";
import type { Fields } from "./terms.ts";

/** Entries of up to 64 kB each are parsed in one turn of the thread. */
const PAGE = 256;

/** Entries `first` to `last` - 1 as one segment, however long. */
export async function readBare(db: Knex, first: number, last: number): Promise<Segment> {
  return await readInto(db, createSegment(first), last, () => false);
}

/** The next segment to store from `first` on; null when it would have to end within a bundle. */
export async function readFull(
  db: Knex,
  first: number,
  last: number,
  limits: SegmentLimits,
): Promise<Segment | null> {
  const segment = await readInto(db, createSegment(first), last, (one) => isFull(one, limits));
  return segment.count > 0 && (first + segment.count) % STEP === 0 ? segment : null;
}

/** Entries `first` to `last` - 1 with their times, page by page. */
export async function* eachEntry(
  db: Knex,
  first: number,
  last: number,
): AsyncGenerator<{ readonly at: number; readonly entry: Fields }> {
  let at = 0;
  for (let from = first; from < last; from += PAGE) {
    const rows: { body: string }[] = await db("log_entries")
      .where("idx", ">=", from)
      .andWhere("idx", "<", Math.min(last, from + PAGE))
      .orderBy("idx")
      .select("body");
    for (const { body } of rows) {
      // Pruned while we read: it has no terms, and whoever asks will ask again.
      const entry: Fields = body === "" ? {} : JSON.parse(body);
      at = body === "" ? at : parseMicroseconds(String(entry["at"]));
      yield { at, entry };
    }
  }
}

async function readInto(
  db: Knex,
  segment: Segment,
  last: number,
  isEnd: (segment: Segment) => boolean,
): Promise<Segment> {
  for await (const { at, entry } of eachEntry(db, segment.first, last)) {
    addEntry(segment, at, entry);
    if (isEnd(segment)) {
      break;
    }
  }
  return segment;
}
