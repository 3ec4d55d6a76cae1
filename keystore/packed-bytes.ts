/**
 * A growing buffer of integers and byte strings, and its reader. Lengths are u32, little endian.
 *
 * @module
 */
/** Up to here a loop is faster than a call. */
const SHORT = 24;
const EMPTY = new Uint8Array(0);

export class PackedWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(new ArrayBuffer(capacity));
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  u32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  bytes(value: Uint8Array): void {
    const { length } = value;
    this.u32(length);
    this.#room(length);
    if (length > SHORT) {
      this.#bytes.set(value, this.#at);
    } else {
      for (let i = 0; i < length; i++) {
        this.#bytes[this.#at + i] = value[i]!;
      }
    }
    this.#at += length;
  }

  list<T>(values: readonly T[], write: (value: T) => void): void {
    this.u32(values.length);
    for (const value of values) {
      write(value);
    }
  }

  /** Begins anew: what an earlier user left, because it failed, is wiped. */
  begin(): this {
    this.#bytes.fill(0, 0, this.#at);
    this.#at = 0;
    return this;
  }

  /** What was written, in a buffer of its own; the writer may begin anew. */
  finish(): ArrayBuffer {
    const written = this.#bytes.buffer.slice(0, this.#at);
    this.begin();
    return written;
  }

  #room(wanted: number): void {
    if (this.#at + wanted <= this.#bytes.length) {
      return;
    }
    const larger = new Uint8Array(new ArrayBuffer(2 * (this.#at + wanted)));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes.fill(0, 0, this.#at);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

export class PackedReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(from: ArrayBuffer | Uint8Array) {
    this.#bytes =
      from instanceof Uint8Array
        ? Buffer.from(from.buffer, from.byteOffset, from.byteLength)
        : Buffer.from(from);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  u8(): number {
    return this.#bytes[this.#at++]!;
  }

  u32(): number {
    this.#at += 4;
    return this.#bytes.readUInt32LE(this.#at - 4);
  }

  /** A view, not a copy. */
  bytes(): Uint8Array {
    const length = this.u32();
    if (length === 0) {
      return EMPTY;
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  list<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let length = this.u32(); length > 0; length--) {
      items.push(read());
    }
    return items;
  }
}

/** What stands at `index`, a code that was packed as its place in a list. */
export function member<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) {
    throw new RangeError(`packed batch: no such code ${index}`);
  }
  return value;
}
