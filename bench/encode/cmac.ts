/**
 * AES-128-CMAC (RFC 4493) for the encoders, block by block with big integers: slow, and sharing
 * nothing with the keystore's.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";

const BITS = 128n;
const MASK = (1n << BITS) - 1n;

/** Answers the 16 bytes of the CMAC. */
export function aesCmac(key: Uint8Array, message: Uint8Array): Buffer {
  const k1 = double(toNumber(block(key, Buffer.alloc(16))));
  const count = Math.max(1, Math.ceil(message.length / 16));
  let state = 0n;
  for (let i = 0; i < count; i++) {
    const part = message.subarray(i * 16, i * 16 + 16);
    const isLast = i === count - 1;
    const isWhole = part.length === 16;
    const padded = isWhole ? part : Buffer.concat([part, Buffer.of(0x80), Buffer.alloc(16)]);
    state ^= toNumber(padded.subarray(0, 16)) ^ (isLast ? (isWhole ? k1 : double(k1)) : 0n);
    state = toNumber(block(key, toBytes(state)));
  }
  return toBytes(state);
}

function block(key: Uint8Array, input: Uint8Array): Buffer {
  return createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(input);
}

function double(value: bigint): bigint {
  return ((value << 1n) & MASK) ^ (value >> (BITS - 1n) === 1n ? 0x87n : 0n);
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(32, "0"), "hex");
}
