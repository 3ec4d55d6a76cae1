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
import { bucketTerm, eachBucket, eachField, type Fields, type TermField, term } from "./terms.ts";

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
  /** The same, found without making the term: by field and value, by customer and bucket. */
  readonly byField: Map<TermField, Map<string, Postings>>;
  readonly byCustomer: Map<string, Map<number, Postings>>;
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
    byField: new Map(),
    byCustomer: new Map(),
  };
}

/** Takes the next entry; `at` in microseconds since 1970. */
export function addEntry(segment: Segment, at: number, entry: Fields): void {
  const offset = segment.count;
  pushNumber(segment.times, at - segment.lastAt);
  segment.firstAt = offset === 0 ? at : segment.firstAt;
  segment.lastAt = at;
  eachField(entry, (field, value) => {
    addOffset(fieldPostings(segment, field, value), offset);
    segment.items++;
  });
  eachBucket(entry, (customer, bucket, numbers) => {
    addNumbers(bucketPostings(segment, customer, bucket), offset, numbers);
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

function fieldPostings({ terms, byField }: Segment, field: TermField, value: string): Postings {
  const own = mapOf(byField, field);
  let postings = own.get(value);
  if (postings === undefined) {
    postings = createPostings();
    own.set(value, postings);
    terms.set(term(field, value), postings);
  }
  return postings;
}

function bucketPostings(segment: Segment, customer: string, bucket: number): Postings {
  const own = mapOf(segment.byCustomer, customer);
  let postings = own.get(bucket);
  if (postings === undefined) {
    postings = createPostings();
    own.set(bucket, postings);
    segment.terms.set(bucketTerm(customer, bucket), postings);
  }
  return postings;
}

function mapOf<K, L>(maps: Map<K, Map<L, Postings>>, key: K): Map<L, Postings> {
  let own = maps.get(key);
  if (own === undefined) {
    own = new Map();
    maps.set(key, own);
  }
  return own;
}
