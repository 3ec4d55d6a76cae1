/**
 * DLMS/COSEM ciphered APDUs (IEC 62056-5-3 §5.7, Green Book §9.2.7): AES-GCM, suites 0 and 1 with
 * 128-bit keys, suite 2 with 256-bit keys, nonce = system title ‖ invocation counter.
 *
 * The tag is the first 12 bytes of the GCM tag and covers SC ‖ AK ‖ the frame's own additional
 * data: the header of general-ciphering, or the challenge that an authentication token answers.
 * Encryption only carries no tag: such plaintext is never called verified.
 *
 * @module
 */
import { createDecipheriv } from "node:crypto";
import type { DecryptFrame, FrameBody } from "../frame-contract.ts";

/** Security control byte SC: bits 3–0 suite, bit 4 authentication, bit 5 encryption. */
const AUTHENTICATION = 0x10;
const ENCRYPTION = 0x20;
const TAG_LENGTH = 12;
const OPTIONS = { authTagLength: TAG_LENGTH } as const;
const scratch = new Uint8Array(64);

export function isAuthenticated(securityControl: number): boolean {
  return (securityControl & AUTHENTICATION) !== 0;
}

/** Key length in bytes that the suite of `securityControl` uses. */
export function suiteKeyLength(securityControl: number): number {
  return (securityControl & 0x0f) === 2 ? 32 : 16;
}

/** Checks the tag and answers the plaintext APDU, or null when the tag does not fit. */
export function openDlmsGcm(
  guek: Uint8Array,
  gak: Uint8Array,
  { securityControl, nonce, aad: own }: Pick<DecryptFrame, "securityControl" | "nonce" | "aad">,
  { ciphertext, tag }: Pick<FrameBody, "ciphertext" | "tag">,
): Uint8Array | null {
  if (tag.length !== TAG_LENGTH) {
    return null;
  }
  const algorithm = guek.length === 32 ? "aes-256-gcm" : "aes-128-gcm";
  const decipher = createDecipheriv(algorithm, guek, nonce, OPTIONS);
  const encrypted = (securityControl & ENCRYPTION) !== 0;
  const ownAt = 1 + gak.length;
  const clearAt = ownAt + own.length;
  // Authentication only: the APDU is additional data (GMAC), not ciphertext.
  const aad = bufferOf(clearAt + (encrypted ? 0 : ciphertext.length));
  aad[0] = securityControl;
  aad.set(gak, 1);
  aad.set(own, ownAt);
  if (!encrypted) {
    aad.set(ciphertext, clearAt);
  }
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  const plaintext = encrypted ? decipher.update(ciphertext) : Uint8Array.from(ciphertext);
  aad.fill(0, 1, ownAt);
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return null;
  }
}

/** A part of one buffer that is kept: nearly all additional data are SC ‖ AK, 17 bytes. */
function bufferOf(length: number): Uint8Array {
  return length <= scratch.length ? scratch.subarray(0, length) : new Uint8Array(length);
}

/** Decrypts without any check: GCM's counter mode begins at 2 (NIST SP 800-38D §7.1). */
export function decryptUnchecked(
  guek: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  const counterBlock = Buffer.alloc(16);
  counterBlock.set(nonce);
  counterBlock[15] = 2;
  const algorithm = guek.length === 32 ? "aes-256-ctr" : "aes-128-ctr";
  return createDecipheriv(algorithm, guek, counterBlock).update(ciphertext);
}
