/**
 * Extended link layer, AES-128-CTR (EN 13757-4:2013 §12; Kamstrup C1): counter block
 * M ‖ A ‖ CC ‖ SN ‖ FN ‖ BC, counted as one 128-bit big-endian number.
 *
 * The stream begins with a CRC over the rest, little endian: 16 bits of check, no authentication.
 *
 * @module
 */
import type { FrameKey } from "../frame-key.ts";

const BLOCK = 16;
/** Counter blocks are no secret; nearly all frames have a few. */
const scratch = new Uint8Array(32 * BLOCK);

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
  key: FrameKey,
  counterBlock: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | null {
  if (ciphertext.length < 3) {
    return null;
  }
  const { length } = ciphertext;
  // NIST SP 800-38A §6.5: the key stream is the forward cipher of the counter blocks.
  const plaintext = key.encryptBlocks(counterBlocks(counterBlock, length));
  for (let i = 0; i < length; i++) {
    plaintext[i]! ^= ciphertext[i]!;
  }
  let crc = 0;
  for (let i = 2; i < length; i++) {
    crc = ((crc << 8) ^ (CRC_TABLE[(crc >> 8) ^ plaintext[i]!] as number)) & 0xffff;
  }
  if ((crc ^ 0xffff) === (plaintext[0]! | (plaintext[1]! << 8))) {
    return plaintext.subarray(2, length);
  }
  plaintext.fill(0);
  return null;
}

/** The counter blocks for `length` bytes: `first` and its successors, 128-bit big endian. */
function counterBlocks(first: Uint8Array, length: number): Uint8Array {
  const size = (length + BLOCK - 1) & ~(BLOCK - 1);
  const blocks = size <= scratch.length ? scratch.subarray(0, size) : new Uint8Array(size);
  for (let at = 0; at < blocks.length; at += BLOCK) {
    let carry = at / BLOCK;
    for (let i = BLOCK - 1; i >= 0; i--) {
      carry += first[i]!;
      blocks[at + i] = carry & 0xff;
      carry >>= 8;
    }
  }
  return blocks;
}
