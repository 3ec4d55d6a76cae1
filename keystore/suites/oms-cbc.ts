/**
 * OMS Security Profile A = EN 13757-7 mode 5: AES-128-CBC without padding (NIST SP 800-38A §6.2).
 *
 * The only check is that the plaintext begins 2F 2F (16 bits): a wrong key passes once in 65 536
 * frames and later blocks are not protected at all, which is why the result is called `check16`.
 *
 * @module
 */
import { createDecipheriv } from "node:crypto";

const FILLER = 0x2f;

/** Answers the plaintext, or null when it does not begin 2F 2F. */
export function openOmsCbc(
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | null {
  const decipher = createDecipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  const plaintext = decipher.update(ciphertext);
  if (plaintext[0] === FILLER && plaintext[1] === FILLER) {
    return plaintext;
  }
  plaintext.fill(0);
  return null;
}

/** Tells whether bytes that claim to be encrypted are in clear (2F 2F, EN 13757-3 filler). */
export function looksPlain(ciphertext: Uint8Array): boolean {
  return ciphertext[0] === FILLER && ciphertext[1] === FILLER;
}
