/**
 * The terms of an entry: what it can be found by (`docs/log-format.md`, derived tables).
 *
 * @module
 */
import { accessSetNumbers } from "../../entries/access-set.ts";
import type { Json } from "../../entries/entry.ts";
import { BITMAP, BUCKET, lowOf, numbersOf } from "./postings.ts";

/** An entry, or a draft with its fields beside the common ones. */
export type Fields = { readonly [name: string]: Json | undefined };

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

export type TermField = (typeof FIELDS)[number];

/** Ranges of 2^24 numbers and more are not taken apart. */
const MOST_NUMBERS = 2 ** 24;
const FULL = new Uint8Array(BITMAP).fill(255);

export function term(field: TermField, value: string): string {
  return `${field}:${value}`;
}

/** The term of all meters of a customer that share the bucket of `number`. */
export function keysTerm(customer: string, number: number): string {
  return bucketTerm(customer, Math.floor(number / BUCKET));
}

export function bucketTerm(customer: string, bucket: number): string {
  return `keys:${customer}:${bucket}`;
}

/** Visits the plain fields that are terms; nearly all entries are `ok`, so that is none. */
export function eachField(entry: Fields, visit: (field: TermField, value: string) => void): void {
  for (const field of FIELDS) {
    const value = entry[field];
    if (typeof value === "string" && !(field === "outcome" && value === "ok")) {
      visit(field, value);
    }
  }
}

/**
 * Visits the buckets with numbers that the entry's access set or range names, and these numbers
 * within their bucket, each once, ascending.
 */
export function eachBucket(
  entry: Fields,
  visit: (customer: string, bucket: number, numbers: readonly number[]) => void,
): void {
  const { customer, keys } = entry;
  if (typeof customer !== "string" || (keys === undefined && entry["from"] === undefined)) {
    return;
  }
  const named = accessSetNumbers(keys) ?? [];
  const range = rangeOf(entry);
  if (range === null && named.every((number, i) => i === 0 || number > named[i - 1]!)) {
    eachRun(named, (bucket, numbers) => visit(customer, bucket, numbers));
    return;
  }
  const buckets = new Map<number, Uint8Array>();
  for (const number of named) {
    mark(buckets, number);
  }
  if (range !== null) {
    markRange(buckets, range.from, range.to);
  }
  for (const [bucket, bitmap] of buckets) {
    visit(customer, bucket, numbersOf(bitmap));
  }
}

/** Ascending numbers, as nearly all access sets have them, bucket by bucket. */
function eachRun(
  numbers: readonly number[],
  visit: (bucket: number, numbers: readonly number[]) => void,
): void {
  for (let at = 0; at < numbers.length; ) {
    const bucket = Math.floor(numbers[at]! / BUCKET);
    const begin = bucket * BUCKET;
    const run: number[] = [];
    for (; at < numbers.length && numbers[at]! < begin + BUCKET; at++) {
      run.push(numbers[at]! - begin);
    }
    visit(bucket, run);
  }
}

/** The range of numbers that an entry names, both ends included. */
export function rangeOf(entry: Fields): { readonly from: number; readonly to: number } | null {
  const { from, to } = entry;
  return isNumber(from) && isNumber(to) && from <= to && to - from + 1 < MOST_NUMBERS
    ? { from, to }
    : null;
}

function isNumber(value: Json | undefined): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function mark(buckets: Map<number, Uint8Array>, number: number): void {
  const bucket = Math.floor(number / BUCKET);
  let numbers = buckets.get(bucket);
  if (numbers === undefined) {
    numbers = new Uint8Array(BITMAP);
    buckets.set(bucket, numbers);
  }
  const low = lowOf(number);
  numbers[low >> 3] = (numbers[low >> 3] ?? 0) | (1 << (low & 7));
}

function markRange(buckets: Map<number, Uint8Array>, from: number, to: number): void {
  for (let number = from; number <= to; ) {
    if (number % BUCKET === 0 && number + BUCKET - 1 <= to) {
      buckets.set(number / BUCKET, FULL);
      number += BUCKET;
    } else {
      mark(buckets, number);
      number++;
    }
  }
}
