/**
 * OMS Security Profile A = EN 13757-7 mode 5: AES-128-CBC without padding (NIST SP 800-38A §6.2).
 *
 * The only check is that the plaintext begins 2F 2F (16 bits): a wrong key passes once in 65 536
 * frames and later blocks are not protected at all, which is why the result is called `check16`.
 *
 * @module
 */
import type { FrameKey } from "../frame-key.ts";

const BLOCK = 16;
const FILLER = 0x2f;

/** Answers the plaintext, or null when it is not of whole blocks or does not begin 2F 2F. */
export function openOmsCbc(
  key: FrameKey,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | null {
  // The key's cipher object stays: it would keep the rest for the frame that comes next.
  if (ciphertext.length % BLOCK !== 0) {
    return null;
  }
  const plaintext = decryptCbc(key, iv, ciphertext);
  if (plaintext[0] === FILLER && plaintext[1] === FILLER) {
    return plaintext;
  }
  plaintext.fill(0);
  return null;
}

/** NIST SP 800-38A §6.2: P[j] = inverse cipher of C[j], XOR C[j−1], where C[0] is the IV. */
function decryptCbc(key: FrameKey, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const plaintext = key.decryptBlocks(ciphertext);
  for (let i = 0; i < BLOCK; i++) {
    plaintext[i]! ^= iv[i]!;
  }
  for (let i = BLOCK; i < plaintext.length; i++) {
    plaintext[i]! ^= ciphertext[i - BLOCK]!;
  }
  return plaintext;
}

/** Tells whether bytes that claim to be encrypted are in clear (2F 2F, EN 13757-3 filler). */
export function looksPlain(ciphertext: Uint8Array): boolean {
  return ciphertext[0] === FILLER && ciphertext[1] === FILLER;
}
