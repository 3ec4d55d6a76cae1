/**
 * Unsigned LEB128 numbers in growing bytes: how the derived tables write all of theirs.
 *
 * Seven bits per byte, the lowest first; the top bit says that more follow.
 *
 * @module
 */

/** Bytes that grow; `length` of them are in use. */
export interface Packed {
  bytes: Uint8Array;
  length: number;
}

/** A place in bytes from which numbers are read. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/** Stored bytes that are not what was written. */
export class IndexError extends Error {
  override readonly name = "IndexError";
  readonly code = "INDEX_CHANGED";
}

const FIRST_CAPACITY = 8;

export function createPacked(): Packed {
  return { bytes: new Uint8Array(FIRST_CAPACITY), length: 0 };
}

/** The bytes in use, without a copy. */
export function packedBytes({ bytes, length }: Packed): Uint8Array {
  return bytes.subarray(0, length);
}

/** Appends an integer from 0 to 2^53 - 1. */
export function pushNumber(packed: Packed, value: number): void {
  let rest = value;
  while (rest >= 128) {
    // Not a shift: times have more than 32 bits.
    pushByte(packed, (rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  pushByte(packed, rest);
}

export function pushByte(packed: Packed, byte: number): void {
  reserve(packed, 1);
  packed.bytes[packed.length++] = byte;
}

export function pushBytes(packed: Packed, bytes: Uint8Array): void {
  reserve(packed, bytes.length);
  packed.bytes.set(bytes, packed.length);
  packed.length += bytes.length;
}

/** @throws {@link IndexError} where the bytes end in the middle of a number. */
export function readNumber(cursor: Cursor): number {
  const { bytes } = cursor;
  let byte = bytes[cursor.at++];
  if (byte !== undefined && byte < 128) {
    return byte;
  }
  let value = 0;
  let scale = 1;
  while (byte !== undefined && byte >= 128) {
    value += (byte - 128) * scale;
    scale *= 128;
    byte = bytes[cursor.at++];
  }
  if (byte === undefined || scale > 2 ** 49) {
    throw new IndexError("log index: expected a number, got something else");
  }
  return value + byte * scale;
}

function reserve(packed: Packed, more: number): void {
  if (packed.length + more > packed.bytes.length) {
    const grown = new Uint8Array(Math.max(packed.bytes.length * 2, packed.length + more));
    grown.set(packed.bytes.subarray(0, packed.length));
    packed.bytes = grown;
  }
}
