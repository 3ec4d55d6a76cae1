/**
 * OMS Security Profile D = EN 13757-7 mode 10: AES-128-CCM (NIST SP 800-38C) under a key of its
 * own for every message.
 *
 * The 13-byte nonce M(2) ‖ ID(4) ‖ version ‖ type ‖ 00 ‖ C(4, big endian) holds all that the key
 * derivation wants to know. There are no check bytes: the tag is the check.
 *
 * @module
 */
import { createDecipheriv } from "node:crypto";
import type { FrameKey } from "../frame-key.ts";
import { deriveOmsKeys } from "../oms-keys.ts";

/** CEN/TR 17167:2018 Annex F.6; other tag lengths of CCM are no part of the mode. */
const TAG_LENGTHS: readonly number[] = [4, 8, 12, 16];
const FROM_METER = 0x00;

/** Checks the tag and answers the plaintext, or null when the tag does not fit. */
export function openOmsCcm(
  masterKey: FrameKey,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): Uint8Array | null {
  if (!TAG_LENGTHS.includes(tag.length)) {
    return null;
  }
  // The counter is big endian in the nonce, little endian (as on air) in the derivation.
  const counter = Uint8Array.from(nonce.subarray(9)).reverse();
  const message = { direction: FROM_METER, counter, id: nonce.subarray(2, 6) };
  const keys = deriveOmsKeys(masterKey, message);
  const options = { authTagLength: tag.length };
  const decipher = createDecipheriv("aes-128-ccm", keys.subarray(0, 16), nonce, options);
  keys.fill(0);
  decipher.setAuthTag(tag);
  decipher.setAAD(aad, { plaintextLength: ciphertext.length });
  const plaintext = decipher.update(ciphertext);
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return null;
  }
}
