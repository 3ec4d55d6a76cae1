/**
 * AES key wrap: RFC 3394 for a key of whole semiblocks, RFC 5649 (AES-KWP) for any length.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";

/** The initial value of RFC 3394 §2.2.3.1. */
const IV = Buffer.from("A6A6A6A6A6A6A6A6", "hex");
/** The high half of the alternative initial value (RFC 5649 §3); OpenSSL adds the length. */
const ALTERNATIVE_IV = Buffer.from("A65959A6", "hex");

/** Wraps a key whose length is a multiple of 8 (RFC 3394 §2.2.1). */
export function wrapAesKey(kek: Uint8Array, key: Uint8Array): Buffer {
  const cipher = createCipheriv(`id-aes${8 * kek.length}-wrap`, kek, IV);
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

/** Wraps a key of any length with padding (RFC 5649 §4.1). */
export function wrapPadded(kek: Uint8Array, key: Uint8Array): Buffer {
  // One call takes it all: a wrap has nothing left for a final block.
  return createCipheriv(`id-aes${8 * kek.length}-wrap-pad`, kek, ALTERNATIVE_IV).update(key);
}
