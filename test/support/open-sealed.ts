/**
 * Opens sealed frames with `@noble/ciphers` alone: the parsers are tested without the keystore.
 *
 * @module
 */
import { cbc, ctr, gcm } from "@noble/ciphers/aes.js";
import { crcEn13757 } from "../../bench/encode/crc.ts";
import type { SealedFrame } from "../../src/frames/sealed-frame.ts";
import { openKdfA, openProfileD } from "./oms-reference.ts";

const NO_KEY = new Uint8Array(0);

/**
 * Tries the candidates in order; null if none passes its check. `address` is that of the meter
 * (system title, or M ‖ A), for frames that carry none.
 */
export function openAny(
  frames: readonly SealedFrame[],
  key: Uint8Array,
  ak: Uint8Array = NO_KEY,
  address: Uint8Array = NO_KEY,
): Uint8Array | null {
  for (const frame of frames) {
    const plaintext = openOne(frame, key, ak, frame.address === null ? address : NO_KEY);
    if (plaintext !== null) {
      return plaintext;
    }
  }
  return null;
}

function openOne(
  frame: SealedFrame,
  key: Uint8Array,
  ak: Uint8Array,
  address: Uint8Array,
): Uint8Array | null {
  const { suite, aad, ciphertext, clear, tag } = frame;
  const nonce = Uint8Array.of(...address, ...frame.nonce);
  switch (suite) {
    case "oms-cbc": {
      const plaintext = cbc(key, nonce, { disablePadding: true }).decrypt(copy(ciphertext));
      const checked = plaintext[0] === 0x2f && plaintext[1] === 0x2f;
      return checked ? Uint8Array.of(...plaintext, ...clear) : null;
    }
    case "ell-ctr": {
      const plaintext = ctr(key, nonce).decrypt(copy(ciphertext));
      const crc = plaintext[0]! | (plaintext[1]! << 8);
      return crcEn13757(plaintext.subarray(2)) === crc ? plaintext.slice(2) : null;
    }
    case "oms-kdf-a": {
      const context = Uint8Array.of(...frame.nonce, ...address.subarray(2, 6));
      const covered = Uint8Array.of(...aad, ...ciphertext, ...clear);
      const plaintext = openKdfA(key, context, covered, ciphertext, tag);
      return plaintext === null ? null : Uint8Array.of(...plaintext, ...clear);
    }
    case "oms-ccm":
      return openProfileD(key, nonce, aad, ciphertext, tag);
    case "dlms-gcm":
      return openDlms(frame, key, ak, nonce);
    case "lorawan":
    case "lorawan-join":
    case "cose-gcm":
      throw new TypeError(`${suite}: has a reference in its own test`);
  }
}

function openDlms(
  { securityControl, aad: own, ciphertext, tag }: SealedFrame,
  key: Uint8Array,
  ak: Uint8Array,
  iv: Uint8Array,
): Uint8Array | null {
  const encrypted = (securityControl & 0x20) !== 0;
  const plaintext = encrypted
    ? ctr(key, Uint8Array.of(...iv, 0, 0, 0, 2)).decrypt(copy(ciphertext))
    : copy(ciphertext);
  if ((securityControl & 0x10) === 0) {
    return tag.length === 0 ? plaintext : null;
  }
  const aad = Uint8Array.of(securityControl, ...ak, ...own, ...(encrypted ? [] : plaintext));
  const sealed = gcm(key, iv, aad).encrypt(encrypted ? plaintext : new Uint8Array(0));
  const expected = sealed.slice(sealed.length - 16, sealed.length - 4);
  return Buffer.compare(expected, tag) === 0 ? plaintext : null;
}

/** noble wants a plain, aligned array; candidates are views into the frame. */
function copy(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}
