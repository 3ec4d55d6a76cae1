/**
 * A growing buffer for documents that hold keys: what it held is wiped, and no key becomes a
 * string, which could not be.
 *
 * @module
 */
const DIGITS = Buffer.from("0123456789abcdef", "ascii");

export class ByteSink {
  #bytes: Buffer;
  #at = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.alloc(capacity);
  }

  /** What was written so far: a view. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Writes short ASCII text. */
  ascii(text: string): void {
    this.#room(text.length);
    // A loop: the texts are short, and a call of the platform costs more than they do.
    for (let i = 0; i < text.length; i++) {
      this.#bytes[this.#at++] = text.charCodeAt(i);
    }
  }

  /** Writes bytes as they are. */
  bytes(value: Uint8Array): void {
    this.#room(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** Writes bytes as lower-case hex digits. */
  hex(value: Uint8Array): void {
    this.#room(2 * value.length);
    for (let i = 0; i < value.length; i++) {
      const octet = value[i]!;
      this.#bytes[this.#at++] = DIGITS[octet >> 4]!;
      this.#bytes[this.#at++] = DIGITS[octet & 15]!;
    }
  }

  /** Forgets what was written. */
  wipe(): void {
    this.#bytes.fill(0, 0, this.#at);
    this.#at = 0;
  }

  #room(wanted: number): void {
    if (this.#at + wanted <= this.#bytes.length) {
      return;
    }
    const larger = Buffer.alloc(2 * (this.#at + wanted));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes.fill(0, 0, this.#at);
    this.#bytes = larger;
  }
}
