/**
 * AES-128-CMAC (RFC 4493; NIST SP 800-38B §6.2), with AES from `node:crypto`.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";

const BLOCK = 16;
const ZERO_BLOCK = new Uint8Array(BLOCK);
/** R_128 of NIST SP 800-38B §5.3. */
const R128 = 0x87;

/** Answers the 16 bytes of AES-CMAC over the parts, one after the other. */
export function aesCmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  // One CBC object does it all: its first block gives L = AES(0), and because CBC goes on from
  // there, L is taken out of the block that follows.
  const cipher = createCipheriv("aes-128-cbc", key, ZERO_BLOCK).setAutoPadding(false);
  const subkey = cipher.update(ZERO_BLOCK);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const isWhole = length > 0 && length % BLOCK === 0;
  const input = Buffer.alloc(isWhole ? length : length + BLOCK - (length % BLOCK));
  let at = 0;
  for (const part of parts) {
    input.set(part, at);
    at += part.length;
  }
  mix(input, 0, subkey);
  double(subkey);
  if (!isWhole) {
    input[length]! ^= 0x80;
    double(subkey);
  }
  const last = input.length - BLOCK;
  mix(input, last, subkey);
  subkey.fill(0);
  return cipher.update(input).subarray(last);
}

/** K1, the subkey for whole blocks (NIST SP 800-38B §6.1). The caller owns it. */
export function wholeBlockSubkey(key: {
  encryptBlocks(blocks: Uint8Array): Uint8Array;
}): Uint8Array {
  const subkey = key.encryptBlocks(ZERO_BLOCK);
  double(subkey);
  return subkey;
}

/** XORs a block into the bytes at `at`. */
export function mix(into: Uint8Array, at: number, block: Uint8Array): void {
  for (let i = 0; i < BLOCK; i++) {
    into[at + i]! ^= block[i]!;
  }
}

/** Doubles in GF(2^128), in place (NIST SP 800-38B §6.1). */
function double(block: Uint8Array): void {
  const carry = block[0]! >> 7;
  for (let i = 0; i < BLOCK - 1; i++) {
    block[i] = (block[i]! << 1) | (block[i + 1]! >> 7);
  }
  block[BLOCK - 1] = (block[BLOCK - 1]! << 1) ^ (R128 * carry);
}
