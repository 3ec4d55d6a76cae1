/**
 * OMS Security Profile B = EN 13757-7 mode 7: AES-128-CBC with IV zero under a key of its own for
 * every message, and a CMAC over the ciphertext in the AFL (EN 13757-7:2018 §6.3, §9.6).
 *
 * Encrypt-then-MAC: nothing is decrypted before the MAC has been found right.
 *
 * @module
 */
import { createDecipheriv, timingSafeEqual } from "node:crypto";
import { aesCmac } from "../cmac.ts";
import type { FrameBody } from "../frame-contract.ts";
import type { FrameKey } from "../frame-key.ts";
import { deriveOmsKeys } from "../oms-keys.ts";

const FILLER = 0x2f;
/** The key is new for every message, so that the IV need not be (EN 13757-7:2018 Table 19). */
const IV = new Uint8Array(16);
/** Authentication types 3 to 7 of the AFL (EN 13757-7:2018 §6.3). */
const MAC_LENGTHS: readonly number[] = [2, 4, 8, 12, 16];

/**
 * Checks the MAC and answers the plaintext, or which check failed. `nonce` = D ‖ C(4) ‖ ID(4);
 * the MAC covers `aad`, the ciphertext and the bytes in clear behind it.
 */
export function openOmsKdfA(
  masterKey: FrameKey,
  nonce: Uint8Array,
  aad: Uint8Array,
  { ciphertext, clear, tag }: FrameBody,
): Uint8Array | "MAC_FAILED" | "CHECK_FAILED" {
  const message = {
    direction: nonce[0]!,
    counter: nonce.subarray(1, 5),
    id: nonce.subarray(5, 9),
  };
  const keys = deriveOmsKeys(masterKey, message);
  try {
    const expected = aesCmac(keys.subarray(16), aad, ciphertext, clear).subarray(0, tag.length);
    if (!MAC_LENGTHS.includes(tag.length) || !timingSafeEqual(expected, tag)) {
      return "MAC_FAILED";
    }
    const decipher = createDecipheriv("aes-128-cbc", keys.subarray(0, 16), IV);
    const plaintext = decipher.setAutoPadding(false).update(ciphertext);
    if (plaintext[0] === FILLER && plaintext[1] === FILLER) {
      return plaintext;
    }
    plaintext.fill(0);
    return "CHECK_FAILED";
  } finally {
    keys.fill(0);
  }
}
