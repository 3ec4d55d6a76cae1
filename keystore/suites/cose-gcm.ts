/**
 * COSE_Encrypt0 with A256GCM (RFC 9053 §4.1; NIST SP 800-38D): the whole tag of 128 bits, over the
 * Enc_structure of RFC 9052 §5.3 as additional data.
 *
 * @module
 */
import { createDecipheriv } from "node:crypto";

const TAG_LENGTH = 16;

/** Checks the tag and answers the plaintext, or null when the tag does not fit. */
export function openCoseGcm(
  key: Uint8Array,
  iv: Uint8Array,
  encStructure: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): Uint8Array | null {
  if (tag.length !== TAG_LENGTH) {
    return null;
  }
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_LENGTH });
  decipher.setAAD(encStructure);
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return null;
  }
}
