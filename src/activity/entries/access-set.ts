/**
 * Which meters' keys an act used, small enough for one leaf.
 *
 * `[[Δnumber, version, …counts], …]`: the meters' dense internal numbers ascending, written as
 * differences. A set whose JSON would pass 60 kB is split into parts (C2SP: a leaf is at most
 * 65 535 bytes).
 *
 * @module
 */

/** One meter and key version, with what was counted for it. */
export interface KeyUse {
  readonly number: number;
  readonly version: number;
  readonly counts: readonly number[];
}

const MAX_PART = 60_000;
const NONE: readonly number[] = [];

/** A use, counted or not. */
type Use = Omit<KeyUse, "counts"> & Partial<Pick<KeyUse, "counts">>;

/** Encodes uses in parts; each part starts its differences from 0. */
export function encodeAccessSet(uses: readonly Use[]): number[][][] {
  const sorted = uses.every((use, i) => i === 0 || order(uses[i - 1]!, use) <= 0)
    ? uses
    : [...uses].sort(order);
  const parts: number[][][] = [];
  let part: number[][] = [];
  let size = 0;
  let last = 0;
  for (const use of sorted) {
    const counts = use.counts ?? NONE;
    let row = [use.number - last, use.version, ...counts];
    const length = textLength(row);
    if (size + length > MAX_PART) {
      parts.push(part);
      part = [];
      size = 0;
      row = [use.number, use.version, ...counts];
    }
    part.push(row);
    size += length;
    last = use.number;
  }
  return part.length > 0 || parts.length === 0 ? [...parts, part] : parts;
}

function order(a: Use, b: Use): number {
  return a.number - b.number || a.version - b.version;
}

/** Length of a row in JSON, with the comma behind it. */
function textLength(row: readonly number[]): number {
  // Two brackets, and for each number a comma.
  let length = 2;
  for (const number of row) {
    length += number >= 0 && number < 10 ? 2 : 1 + String(number).length;
  }
  return length;
}

/** The numbers of one part, as they stand; null when it is not an access set. */
export function accessSetNumbers(part: unknown): number[] | null {
  if (!Array.isArray(part)) {
    return null;
  }
  let number = 0;
  const numbers: number[] = [];
  for (const row of part) {
    if (!isRow(row)) {
      return null;
    }
    number += row[0];
    numbers.push(number);
  }
  return numbers;
}

function isRow(row: unknown): row is [number, number, ...number[]] {
  return Array.isArray(row) && row.length >= 2 && row.every(Number.isSafeInteger);
}

/** Reads one part back; null when it is not an access set. */
export function decodeAccessSet(part: unknown): KeyUse[] | null {
  if (!Array.isArray(part)) {
    return null;
  }
  let number = 0;
  const uses: KeyUse[] = [];
  for (const row of part) {
    if (!isRow(row)) {
      return null;
    }
    const [delta, version, ...counts] = row;
    number += delta;
    uses.push({ number, version, counts });
  }
  return uses;
}
