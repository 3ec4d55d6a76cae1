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
  const plaintext = decryptCtr(key, counterBlock, ciphertext);
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

/** NIST SP 800-38A §6.5: the key stream is the forward cipher of the counter blocks. */
function decryptCtr(key: FrameKey, first: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const { length } = ciphertext;
  const blocks = Buffer.allocUnsafe((length + BLOCK - 1) & ~(BLOCK - 1));
  blocks.set(first);
  for (let at = BLOCK; at < blocks.length; at += BLOCK) {
    blocks.copyWithin(at, at - BLOCK, at);
    increment(blocks, at);
  }
  const plaintext = key.encryptBlocks(blocks).subarray(0, length);
  for (let i = 0; i < length; i++) {
    plaintext[i]! ^= ciphertext[i]!;
  }
  return plaintext;
}

/** Adds 1 to the 128-bit big-endian number at `at`. */
function increment(blocks: Uint8Array, at: number): void {
  for (let i = at + BLOCK - 1; i >= at; i--) {
    blocks[i] = (blocks[i]! + 1) & 0xff;
    if (blocks[i] !== 0) {
      return;
    }
  }
}
