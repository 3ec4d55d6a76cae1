/**
 * A key that opens frames, with its block cipher kept ready between frames.
 *
 * Setting a cipher up costs more than a frame of two or three blocks. AES in ECB has no state
 * besides its key, so one object serves every frame; the modes (CBC, CTR, CMAC) are made of it
 * with XOR, each in its suite. Modes with a state of their own (GCM, CCM) take the bytes.
 *
 * @module
 */
import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from "node:crypto";
import { wholeBlockSubkey } from "./cmac.ts";
import type { SecretKey } from "./secret-key.ts";

export class FrameKey implements Disposable {
  readonly #secret: SecretKey;
  #cipher: Cipher | null = null;
  #decipher: Decipher | null = null;
  #subkey: Uint8Array | null = null;

  /** Takes ownership of `secret`. */
  constructor(secret: SecretKey) {
    this.#secret = secret;
  }

  /** In bytes, 16 or 32. */
  get length(): number {
    return this.#secret.length;
  }

  /** Lends the bytes to `borrow`, which must neither store nor return them. */
  use<T>(borrow: (bytes: Uint8Array) => T): T {
    return this.#secret.use(borrow);
  }

  /** The forward cipher on whole blocks (FIPS 197 §5.1); the caller owns the result. */
  encryptBlocks(blocks: Uint8Array): Buffer {
    this.#cipher ??= this.use((key) =>
      createCipheriv(this.#algorithm, key, null).setAutoPadding(false),
    );
    return this.#cipher.update(blocks);
  }

  /** The inverse cipher on whole blocks (FIPS 197 §5.3); the caller owns the result. */
  decryptBlocks(blocks: Uint8Array): Buffer {
    this.#decipher ??= this.use((key) =>
      createDecipheriv(this.#algorithm, key, null).setAutoPadding(false),
    );
    return this.#decipher.update(blocks);
  }

  /** K1 of CMAC under this key (NIST SP 800-38B §6.1), kept as well. */
  get cmacSubkey(): Uint8Array {
    this.#subkey ??= wholeBlockSubkey(this);
    return this.#subkey;
  }

  [Symbol.dispose](): void {
    this.#subkey?.fill(0);
    this.#subkey = null;
    // `final` frees the cipher's context, and OpenSSL wipes its key schedule with it.
    this.#cipher?.final();
    this.#decipher?.final();
    this.#cipher = null;
    this.#decipher = null;
    this.#secret[Symbol.dispose]();
  }

  get #algorithm(): "aes-128-ecb" | "aes-256-ecb" {
    return this.length === 32 ? "aes-256-ecb" : "aes-128-ecb";
  }
}
