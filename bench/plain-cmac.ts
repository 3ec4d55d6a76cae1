/**
 * AES-CMAC and the CRC of EN 13757 as one writes them down with `node:crypto` at hand: a part of
 * the reference, and sharing nothing with the keystore's.
 *
 * @module
 */
import { createCipheriv } from "node:crypto";

const ZERO = Buffer.alloc(16);

/** RFC 4493: one cipher object for the subkeys, one for the message. */
export function plainCmac(key: Uint8Array, message: Uint8Array): Buffer {
  const isWhole = message.length > 0 && message.length % 16 === 0;
  const k1 = double(createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(ZERO));
  const subkey = isWhole ? k1 : double(k1);
  const padded = Buffer.alloc(isWhole ? message.length : (message.length | 15) + 1);
  padded.set(message);
  if (!isWhole) {
    padded[message.length] = 0x80;
  }
  const last = padded.length - 16;
  for (let i = 0; i < 16; i++) {
    padded[last + i]! ^= subkey[i]!;
  }
  const cipher = createCipheriv("aes-128-cbc", key, ZERO).setAutoPadding(false);
  return cipher.update(padded).subarray(last);
}

function double(block: Buffer): Buffer {
  const doubled = Buffer.alloc(16);
  for (let i = 0; i < 16; i++) {
    doubled[i] = (block[i]! << 1) | (i < 15 ? block[i + 1]! >> 7 : 0);
  }
  doubled[15]! ^= block[0]! >> 7 === 1 ? 0x87 : 0;
  return doubled;
}

const TABLE = Uint16Array.from({ length: 256 }, (_, first) =>
  Array.from({ length: 8 }).reduce<number>(
    (crc) => ((crc << 1) ^ (crc >> 15 === 1 ? 0x3d65 : 0)) & 0xffff,
    first << 8,
  ),
);

/** CRC-16/EN-13757 with a table. */
export function plainCrc(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ byte]!;
  }
  return ~crc & 0xffff;
}
