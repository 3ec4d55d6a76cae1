/**
 * Runs of entries from the core's database, held against their stored leaf hashes, and against the
 * index where that is asked for.
 *
 * It reads what is committed now, which may be newer than what the walk sees: an entry never
 * changes but to be emptied by a prune, and then the run is not sound.
 *
 * @module
 */
import { joinedEntries } from "../../../db/joined-rows.ts";
import type { Knex } from "../../../db/open.ts";
import { addEntry, createSegment, type Segment } from "../../ask/segments/segment.ts";
import { TILE_WIDTH } from "../../tree/tiles.ts";
import { isSegmentStored } from "../derived/derived-index.ts";
import { same } from "../verify-walk.ts";
import { createRunReader, type Run, type SoundRun, type Wanted } from "./run-reader.ts";

/** A run of the database; `isSegment` when it is one of the index. */
export interface StoredRun extends Run {
  readonly isSegment: boolean;
}

export interface SoundStoredRun extends SoundRun {
  /** Whether the stored segment is that of these entries. */
  readonly isIndexed: boolean;
}

/** Entries of up to 64 kB each are in memory at once. */
const PAGE = 4 * TILE_WIDTH;
const LINE_FEED = 0x0a;
const HASH = 32;

/** Answers null for a run that is not sound. */
export function runsOfDatabase(
  db: Knex,
  wanted: Wanted,
): (run: StoredRun) => Promise<SoundStoredRun | null> {
  let segment: Segment | null = null;
  const reader = createRunReader(wanted, (entry) => {
    if (segment !== null) {
      addEntry(segment, entry.at(), entry.parse());
    }
  });
  const starts = new Uint32Array(PAGE + 1);
  let text = Buffer.alloc(0);

  /** A line feed before, between and behind the bodies; false when they are not `count`. */
  function split(bodies: Uint8Array, count: number): boolean {
    if (text.length < bodies.length + 2) {
      text = Buffer.alloc(2 * (bodies.length + 2));
    }
    text.set(bodies, 1);
    const end = bodies.length + 2;
    text[end - 1] = LINE_FEED;
    starts[0] = 1;
    let found = 0;
    for (let at = 1; at < end; ) {
      // No entry has one inside: canonical JSON escapes it.
      at = text.indexOf(LINE_FEED, at) + 1;
      found++;
      if (found > count) {
        return false;
      }
      starts[found] = at;
    }
    return found === count;
  }

  return async ({ first, last, isSegment }) => {
    segment = isSegment ? createSegment(first) : null;
    reader.begin(first);
    for (let from = first; from < last; from += PAGE) {
      const to = Math.min(last, from + PAGE);
      const { count, bodies, leaves } = await joinedEntries(db, from, to);
      if (count !== to - from || leaves.length !== count * HASH || !split(bodies, count)) {
        return null;
      }
      for (let at = 0; at < count; at += TILE_WIDTH) {
        const width = Math.min(TILE_WIDTH, count - at);
        const own = reader.take(text, starts, at, width, 1);
        if (own === null || !same(own, leaves.subarray(at * HASH, (at + width) * HASH))) {
          return null;
        }
      }
    }
    const isIndexed = segment !== null && (await isSegmentStored(db, segment));
    return { ...reader.end(), isIndexed };
  };
}
