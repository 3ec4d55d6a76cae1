/**
 * A segment of the index in memory: entry after entry, in the form in which it is stored.
 *
 * Packed bytes per term, no objects per entry: 4 096 entries take some megabytes at most.
 *
 * @module
 */
import {
  type Cursor,
  createPacked,
  type Packed,
  packedBytes,
  pushNumber,
  readNumber,
} from "./leb128.ts";
import { addNumbers, addOffset, createPostings, type Postings } from "./postings.ts";
import { eachFieldTerm, eachKeysTerm, type Fields } from "./terms.ts";

export interface Segment {
  readonly first: number;
  /** Entries so far. */
  count: number;
  /** Microseconds since 1970 of the first and the last entry. */
  firstAt: number;
  lastAt: number;
  /** Items of all postings, with the numbers of access sets counted. */
  items: number;
  readonly times: Packed;
  readonly terms: Map<string, Postings>;
}

/** When a segment is full. */
export interface SegmentLimits {
  readonly entries: number;
  readonly items: number;
}

/** Segments end at a multiple of this: the entries of a full bundle. */
export const STEP = 256;

export const LIMITS: SegmentLimits = { entries: 4096, items: 1_000_000 };

export function createSegment(first: number): Segment {
  return {
    first,
    count: 0,
    firstAt: 0,
    lastAt: 0,
    items: 0,
    times: createPacked(),
    terms: new Map(),
  };
}

/** Takes the next entry; `at` in microseconds since 1970. */
export function addEntry(segment: Segment, at: number, entry: Fields): void {
  const offset = segment.count;
  pushNumber(segment.times, at - segment.lastAt);
  segment.firstAt = offset === 0 ? at : segment.firstAt;
  segment.lastAt = at;
  eachFieldTerm(entry, (term) => {
    addOffset(postingsOf(segment, term), offset);
    segment.items++;
  });
  eachKeysTerm(entry, (term, numbers) => {
    addNumbers(postingsOf(segment, term), offset, numbers);
    segment.items += numbers.length;
  });
  segment.count++;
}

/** Tells whether the segment is to be closed here. */
export function isFull({ first, count, items }: Segment, limits: SegmentLimits): boolean {
  return (first + count) % STEP === 0 && (count >= limits.entries || items >= limits.items);
}

/** Term and postings of every row, ordered by term: a tree takes them faster so. */
export function segmentRows({ terms }: Segment): [string, Uint8Array][] {
  return [...terms]
    .map(([term, postings]): [string, Uint8Array] => [term, packedBytes(postings)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Visits the time of each of the first `count` entries, in microseconds since 1970. */
export function eachTime(
  times: Uint8Array,
  count: number,
  visit: (offset: number, at: number) => void,
): void {
  const cursor: Cursor = { bytes: times, at: 0 };
  let at = 0;
  for (let offset = 0; offset < count; offset++) {
    at += readNumber(cursor);
    visit(offset, at);
  }
}

function postingsOf({ terms }: Segment, term: string): Postings {
  let postings = terms.get(term);
  if (postings === undefined) {
    postings = createPostings();
    terms.set(term, postings);
  }
  return postings;
}
