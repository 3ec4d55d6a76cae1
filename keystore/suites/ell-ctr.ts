/**
 * Extended link layer, AES-128-CTR (EN 13757-4:2013 §12; Kamstrup C1): counter block
 * M ‖ A ‖ CC ‖ SN ‖ FN ‖ BC, counted as one 128-bit big-endian number.
 *
 * The stream begins with a CRC over the rest, little endian: 16 bits of check, no authentication.
 *
 * @module
 */
import { createDecipheriv } from "node:crypto";

/** EN 13757-4 CRC: polynomial 0x3D65, start 0, complemented at the end. */
const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) {
    crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x3d65;
  }
  return crc & 0xffff;
});

/** Answers the plaintext after its CRC, or null when the CRC does not fit. */
export function openEllCtr(
  key: Uint8Array,
  counterBlock: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | null {
  if (ciphertext.length < 3) {
    return null;
  }
  const plaintext = createDecipheriv("aes-128-ctr", key, counterBlock).update(ciphertext);
  let crc = 0;
  for (let i = 2; i < plaintext.length; i++) {
    crc = ((crc << 8) ^ (CRC_TABLE[(crc >> 8) ^ plaintext[i]!] as number)) & 0xffff;
  }
  if ((crc ^ 0xffff) === (plaintext[0]! | (plaintext[1]! << 8))) {
    return plaintext.subarray(2);
  }
  plaintext.fill(0);
  return null;
}
