/**
 * HMAC-SHA-256 (RFC 2104) of short messages: two one-shot hashes in place of an Hmac object,
 * which costs more to make than the hashing itself.
 *
 * @module
 */
import { hash } from "node:crypto";

const BLOCK = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
const DIGEST = 32;

const inner = Buffer.alloc(BLOCK + 192);
const outer = Buffer.alloc(BLOCK + DIGEST);

/** HMAC-SHA-256 under a key of at most 64 bytes; a message of at most 192. The caller owns it. */
export function shortHmac(key: Uint8Array, message: Uint8Array): Buffer {
  if (key.length > BLOCK || message.length > inner.length - BLOCK) {
    throw new RangeError("short HMAC: expected a key within 64 bytes and a message within 192");
  }
  for (let i = 0; i < BLOCK; i++) {
    const octet = key[i] ?? 0;
    inner[i] = octet ^ INNER_PAD;
    outer[i] = octet ^ OUTER_PAD;
  }
  inner.set(message, BLOCK);
  const digest = hash("sha256", inner.subarray(0, BLOCK + message.length), "buffer");
  outer.set(digest, BLOCK);
  digest.fill(0);
  const mac = hash("sha256", outer, "buffer");
  inner.fill(0);
  outer.fill(0);
  return mac;
}
