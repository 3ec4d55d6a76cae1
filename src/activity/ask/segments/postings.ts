/**
 * Postings: which entries of a segment a term is true of, and with `keys:` terms which of the 256
 * numbers of a bucket each of them names.
 *
 * Written as they grow, in the form of the table `log_index` (`docs/log-format.md`), so that the
 * index in memory and the one on disk are read by the same code.
 *
 * @module
 */
import {
  type Cursor,
  createPacked,
  IndexError,
  type Packed,
  pushByte,
  pushBytes,
  pushNumber,
  readNumber,
} from "./leb128.ts";

/** Postings that grow. */
export interface Postings extends Packed {
  /** Offset of the last item, -1 before the first. */
  last: number;
}

/** Numbers per bucket. */
export const BUCKET = 256;
/** Bytes of a bitmap over a bucket: bit n in byte n / 8 at 1 << (n mod 8). */
export const BITMAP = BUCKET / 8;
/** Up to here the numbers of an item are listed, a byte each. */
const MOST_LISTED = 31;

export function createPostings(): Postings {
  return { ...createPacked(), last: -1 };
}

/** Appends an item; offsets ascend. */
export function addOffset(postings: Postings, offset: number): void {
  pushNumber(postings, offset - postings.last);
  postings.last = offset;
}

/** Appends an item with its numbers within the bucket, each once, ascending. */
export function addNumbers(postings: Postings, offset: number, numbers: readonly number[]): void {
  addOffset(postings, offset);
  pushNumber(postings, numbers.length);
  if (numbers.length > MOST_LISTED) {
    pushBytes(postings, bitmapOf(numbers));
    return;
  }
  for (const number of numbers) {
    pushByte(postings, number);
  }
}

/** Visits the offsets of a plain term, below `count`. @throws {@link IndexError} */
export function eachOffset(
  bytes: Uint8Array,
  count: number,
  visit: (offset: number) => void,
): void {
  const cursor: Cursor = { bytes, at: 0 };
  let offset = -1;
  while (cursor.at < bytes.length) {
    offset = nextOffset(cursor, offset);
    if (offset >= count) {
      // The last segment grows while it is read.
      return;
    }
    visit(offset);
  }
}

/** Visits the offsets of a `keys:` term whose items name `number` modulo 256. */
export function eachOffsetNaming(
  bytes: Uint8Array,
  count: number,
  number: number,
  visit: (offset: number) => void,
): void {
  const low = lowOf(number);
  eachItem(bytes, count, (offset, listed, bitmap) => {
    const isNamed =
      bitmap === null ? listed.includes(low) : ((bitmap[low >> 3] ?? 0) & (1 << (low & 7))) !== 0;
    if (isNamed) {
      visit(offset);
    }
  });
}

/** A number within its bucket. */
export function lowOf(number: number): number {
  return number - Math.floor(number / BUCKET) * BUCKET;
}

function eachItem(
  bytes: Uint8Array,
  count: number,
  visit: (offset: number, listed: Uint8Array, bitmap: Uint8Array | null) => void,
): void {
  const cursor: Cursor = { bytes, at: 0 };
  let offset = -1;
  while (cursor.at < bytes.length) {
    offset = nextOffset(cursor, offset);
    if (offset >= count) {
      return;
    }
    const numbers = readNumber(cursor);
    const length = numbers > MOST_LISTED ? BITMAP : numbers;
    const part = bytes.subarray(cursor.at, cursor.at + length);
    if (numbers < 1 || numbers > BUCKET || part.length !== length) {
      throw new IndexError("log index: expected the numbers of an item, got something else");
    }
    cursor.at += length;
    visit(offset, part, numbers > MOST_LISTED ? part : null);
  }
}

function nextOffset(cursor: Cursor, offset: number): number {
  const delta = readNumber(cursor);
  if (delta === 0) {
    throw new IndexError("log index: expected ascending offsets");
  }
  return offset + delta;
}

function bitmapOf(numbers: readonly number[]): Uint8Array {
  const bitmap = new Uint8Array(BITMAP);
  for (const number of numbers) {
    bitmap[number >> 3] = (bitmap[number >> 3] ?? 0) | (1 << (number & 7));
  }
  return bitmap;
}

/** The numbers of a bitmap, ascending. */
export function numbersOf(bitmap: Uint8Array): number[] {
  const numbers: number[] = [];
  for (let byte = 0; byte < BITMAP; byte++) {
    for (let bits = bitmap[byte] ?? 0; bits !== 0; bits &= bits - 1) {
      numbers.push(byte * 8 + 31 - Math.clz32(bits & -bits));
    }
  }
  return numbers;
}
