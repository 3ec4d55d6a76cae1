/**
 * AES-128-CMAC (RFC 4493; NIST SP 800-38B §6.2) and the key derivation function A of OMS that is
 * built on it, with AES from `node:crypto`.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";

const BLOCK = 16;
const ZERO_BLOCK = new Uint8Array(BLOCK);
/** R_128 of NIST SP 800-38B §5.3. */
const R128 = 0x87;

/** Asks for the key that encrypts: the low half of the derivation constant D. */
export const KDF_ENC = 0x00;
/** Asks for the key that authenticates. */
export const KDF_MAC = 0x01;
const KDF_FILL = 0x07;

/** Answers the 16 bytes of AES-CMAC over the parts, one after the other. */
export function aesCmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const subkey = cbc(key, ZERO_BLOCK);
  double(subkey);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const isWhole = length > 0 && length % BLOCK === 0;
  const input = Buffer.alloc(isWhole ? length : length + BLOCK - (length % BLOCK));
  let at = 0;
  for (const part of parts) {
    input.set(part, at);
    at += part.length;
  }
  if (!isWhole) {
    input[length] = 0x80;
    double(subkey);
  }
  const last = input.length - BLOCK;
  for (let i = 0; i < BLOCK; i++) {
    input[last + i]! ^= subkey[i]!;
  }
  subkey.fill(0);
  return cbc(key, input).subarray(last);
}

/**
 * Derives the key of one message (KDF-A of EN 13757-7:2018 §9.6 and OMS Vol. 2):
 * AES-CMAC(master key, D ‖ C ‖ ID ‖ 07 × 7). `direction` is D of the encryption key, 00 from the
 * meter and 10 to it; `use` makes it that of the MAC key. The caller owns the result.
 */
export function deriveOmsKey(
  masterKey: Uint8Array,
  direction: number,
  use: typeof KDF_ENC | typeof KDF_MAC,
  counter: Uint8Array,
  id: Uint8Array,
): Uint8Array {
  const context = new Uint8Array(BLOCK).fill(KDF_FILL);
  context[0] = direction | use;
  context.set(counter, 1);
  context.set(id, 5);
  return aesCmac(masterKey, context);
}

/** CBC from a zero IV: its last block is the CBC-MAC of the input. */
function cbc(key: Uint8Array, input: Uint8Array): Buffer {
  return createCipheriv("aes-128-cbc", key, ZERO_BLOCK).setAutoPadding(false).update(input);
}

/** Doubles in GF(2^128), in place (NIST SP 800-38B §6.1). */
function double(block: Uint8Array): void {
  const carry = block[0]! >> 7;
  for (let i = 0; i < BLOCK - 1; i++) {
    block[i] = (block[i]! << 1) | (block[i + 1]! >> 7);
  }
  block[BLOCK - 1] = (block[BLOCK - 1]! << 1) ^ (R128 * carry);
}
