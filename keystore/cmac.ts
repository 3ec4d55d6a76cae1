/**
 * AES-128-CMAC (RFC 4493; NIST SP 800-38B §6.2) and the key derivation function A of OMS that is
 * built on it, with AES from `node:crypto`.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";
import type { FrameKey } from "./frame-key.ts";

const BLOCK = 16;
const ZERO_BLOCK = new Uint8Array(BLOCK);
/** R_128 of NIST SP 800-38B §5.3. */
const R128 = 0x87;

/** The low half of the derivation constant D: the key that encrypts, the key that authenticates. */
const KDF_ENC = 0x00;
const KDF_MAC = 0x01;
const KDF_FILL = 0x07;

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
export function wholeBlockSubkey(key: Pick<FrameKey, "encryptBlocks">): Uint8Array {
  const subkey = key.encryptBlocks(ZERO_BLOCK);
  double(subkey);
  return subkey;
}

/** Which way a message goes: D of its encryption key (EN 13757-7:2018 §9.6). */
export interface OmsMessage {
  readonly direction: number;
  /** C, 4 bytes as on air. */
  readonly counter: Uint8Array;
  readonly id: Uint8Array;
}

/**
 * Derives the keys of one message (KDF-A of EN 13757-7:2018 §9.6 and OMS Vol. 2):
 * AES-CMAC(master key, D ‖ C ‖ ID ‖ 07 × 7), each one block, so both in one call of the cipher.
 * Answers the encryption key ‖ the MAC key. The caller owns the result.
 */
export function deriveOmsKeys(masterKey: FrameKey, message: OmsMessage): Uint8Array {
  const contexts = new Uint8Array(2 * BLOCK).fill(KDF_FILL);
  for (let at = 0; at < contexts.length; at += BLOCK) {
    contexts[at] = message.direction | (at === 0 ? KDF_ENC : KDF_MAC);
    contexts.set(message.counter, at + 1);
    contexts.set(message.id, at + 5);
    mix(contexts, at, masterKey.cmacSubkey);
  }
  const keys = masterKey.encryptBlocks(contexts);
  // What went in gives K1 to who knows the context.
  contexts.fill(0);
  return keys;
}

function mix(into: Uint8Array, at: number, block: Uint8Array): void {
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
