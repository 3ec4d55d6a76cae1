/**
 * The one type that holds a plaintext key.
 *
 * The bytes live in a private field: they do not print, serialise, compare or spread. Code that
 * needs them borrows them through {@link SecretKey.use}; the owner wipes them at the end of its
 * `using` block. Wiping is best effort: see SECURITY.md, "What JavaScript cannot".
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { KeystoreError } from "./errors.ts";

export class SecretKey implements Disposable {
  #bytes: Uint8Array | null;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Draws a fresh AES-256 key (FIPS 197 §5, Nk = 8) from the operating system. */
  static generate(): SecretKey {
    return new SecretKey(new Uint8Array(randomBytes(32)));
  }

  /** Takes ownership of `bytes`: the caller must not keep a reference to them. */
  static adopt(bytes: Uint8Array): SecretKey {
    if (bytes.length !== 16 && bytes.length !== 32) {
      bytes.fill(0);
      throw new KeystoreError("KEY_LENGTH", `key: expected 16 or 32 bytes, got ${bytes.length}`);
    }
    return new SecretKey(bytes);
  }

  get length(): number {
    return this.#borrow().length;
  }

  /** Lends the bytes to `borrow`, which must neither store nor return them. */
  use<T>(borrow: (bytes: Uint8Array) => T): T {
    return borrow(this.#borrow());
  }

  [Symbol.dispose](): void {
    this.#bytes?.fill(0);
    this.#bytes = null;
  }

  toJSON(): string {
    return "[SecretKey]";
  }

  [inspect.custom](): string {
    return "[SecretKey]";
  }

  #borrow(): Uint8Array {
    if (this.#bytes === null) {
      throw new TypeError("key: used after disposal");
    }
    return this.#bytes;
  }
}
