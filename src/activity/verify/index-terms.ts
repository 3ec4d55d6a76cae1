/**
 * What the index must say of an entry: its terms, and the numbers of meters whose keys it used.
 *
 * Written from `docs/log-format.md`, "Derived tables".
 *
 * @module
 */
import { decodeAccessSet } from "../entries/access-set.ts";
import type { ParsedEntry } from "./entry-reader.ts";

const FIELDS = [
  "actor",
  "action",
  "customer",
  "code",
  "outcome",
  "reference",
  "meter",
  "token",
  "recipient",
] as const;

/** Numbers in a bucket of meters. */
const BUCKET = 256;
/** A range of as many numbers is none. */
const MAX_RANGE = 2 ** 24;
/** From so many numbers on they are a bitmap. */
const BITMAP_FROM = 32;

/** The postings of a segment's terms, by term. */
export interface Postings {
  /** Adds the entry at this offset of the segment; offsets ascend. */
  add(offset: number, entry: ParsedEntry): void;
  readonly terms: ReadonlyMap<string, readonly number[]>;
}

export function createPostings(): Postings {
  const terms = new Map<string, number[]>();
  const last = new Map<string, number>();

  /** The bytes of a term, the entry's offset behind them. */
  function item(term: string, offset: number): number[] {
    const bytes = terms.get(term) ?? [];
    terms.set(term, bytes);
    putNumber(bytes, offset - (last.get(term) ?? -1));
    last.set(term, offset);
    return bytes;
  }

  return {
    terms,
    add(offset, entry) {
      for (const field of FIELDS) {
        const value = entry[field];
        if (typeof value === "string" && !(field === "outcome" && value === "ok")) {
          item(`${field}:${value}`, offset);
        }
      }
      const customer = entry["customer"];
      if (typeof customer === "string") {
        for (const [bucket, isIn] of bucketsOf(entry)) {
          putBucket(item(`keys:${customer}:${bucket}`, offset), isIn);
        }
      }
    },
  };
}

/** Unsigned LEB128. */
export function putNumber(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    bytes.push((rest % 0x80) + 0x80);
  }
  bytes.push(rest);
}

/** Which numbers an entry names, by bucket: 1 where a number is in. */
function bucketsOf(entry: ParsedEntry): Map<number, Uint8Array> {
  const buckets = new Map<number, Uint8Array>();
  const put = (number: number) => {
    const bucket = Math.floor(number / BUCKET);
    const isIn = buckets.get(bucket) ?? new Uint8Array(BUCKET);
    buckets.set(bucket, isIn);
    isIn[number - bucket * BUCKET] = 1;
  };
  for (const { number } of decodeAccessSet(entry["keys"]) ?? []) {
    put(number);
  }
  const { from, to } = entry;
  if (isIndex(from) && isIndex(to) && from <= to && to - from + 1 < MAX_RANGE) {
    for (let number = from; number <= to; number++) {
      put(number);
    }
  }
  return buckets;
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function putBucket(bytes: number[], isIn: Uint8Array): void {
  const numbers = [...isIn.keys()].filter((number) => isIn[number] === 1);
  putNumber(bytes, numbers.length);
  if (numbers.length < BITMAP_FROM) {
    bytes.push(...numbers);
    return;
  }
  const bitmap = new Uint8Array(BUCKET / 8);
  for (const number of numbers) {
    bitmap[number >> 3]! |= 1 << (number & 7);
  }
  bytes.push(...bitmap);
}
