/**
 * Reads CBOR (RFC 8949) as far as collectors use it: unsigned numbers, byte strings, arrays, maps
 * and tags, of definite length.
 *
 * The caller says what must come next, so nothing recurses and nothing is skipped. Numbers need
 * not be in their shortest form; what is longer than the bytes are is refused before it is read.
 *
 * @module
 */
import { FrameError } from "../sealed-frame.ts";

/** RFC 8949 §3.1. */
const UNSIGNED = 0;
const BYTES = 2;
const ARRAY = 4;
const MAP = 5;
const TAG = 6;
const MAX_NUMBER = 0xffffffff;

export class CborReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  uint(): number {
    return this.#head(UNSIGNED, "an unsigned number");
  }

  /** A view, not a copy. */
  bytes(): Uint8Array {
    const length = this.#head(BYTES, "a byte string");
    this.#room(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** How many items follow. */
  array(): number {
    return this.#head(ARRAY, "an array");
  }

  /** How many pairs follow. */
  map(): number {
    return this.#head(MAP, "a map");
  }

  tag(): number {
    return this.#head(TAG, "a tag");
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#at !== this.#bytes.length) {
      throw new FrameError("FRAME_LENGTH", "CBOR: bytes follow behind the last item");
    }
  }

  /** RFC 8949 §3: major type in 3 bits; the number in 5 bits, or in the 1, 2, 4 or 8 bytes behind. */
  #head(major: number, what: string): number {
    this.#room(1);
    const first = this.#bytes[this.#at++]!;
    const info = first & 0x1f;
    if (first >> 5 !== major || info > 27) {
      throw new FrameError("FRAME_FORMAT", `CBOR: expected ${what} of definite length`);
    }
    if (info < 24) {
      return info;
    }
    const size = 1 << (info - 24);
    this.#room(size);
    let number = 0;
    for (let i = 0; i < size; i++) {
      number = number * 256 + this.#bytes[this.#at++]!;
    }
    if (number > MAX_NUMBER) {
      throw new FrameError("FRAME_LENGTH", "CBOR: expected a number of at most 32 bits");
    }
    return number;
  }

  #room(wanted: number): void {
    if (wanted > this.#bytes.length - this.#at) {
      throw new FrameError("FRAME_LENGTH", "CBOR: the bytes end within an item");
    }
  }
}
