/**
 * HPKE's key schedule in base mode (RFC 9180 §5.1) for one suite: MLKEM768-X25519, HKDF-SHA256,
 * ChaCha20Poly1305.
 *
 * @module
 */
import { createHmac } from "node:crypto";

/** KEM 0x647a, KDF 0x0001, AEAD 0x0003 (RFC 9180 §5.1: suite_id). */
const SUITE = Buffer.concat([Buffer.from("HPKE"), Buffer.from("647a00010003", "hex")]);
const MODE_BASE = 0;
const EMPTY = new Uint8Array();

/** Key and nonce of the first message under a shared secret. The caller owns the key. */
export function hybridContext(sharedSecret: Uint8Array, info: string) {
  const context = Buffer.concat([
    Uint8Array.of(MODE_BASE),
    labeledExtract(EMPTY, "psk_id_hash", EMPTY),
    labeledExtract(EMPTY, "info_hash", Buffer.from(info)),
  ]);
  const secret = labeledExtract(sharedSecret, "secret", EMPTY);
  const key = labeledExpand(secret, "key", context, 32);
  const nonce = labeledExpand(secret, "base_nonce", context, 12);
  secret.fill(0);
  return { key, nonce };
}

/** RFC 9180 §4. */
function labeledExtract(salt: Uint8Array, label: string, ikm: Uint8Array): Buffer {
  return createHmac("sha256", salt)
    .update("HPKE-v1")
    .update(SUITE)
    .update(label)
    .update(ikm)
    .digest();
}

/** RFC 9180 §4, one block: nothing here is longer than the hash. */
function labeledExpand(prk: Uint8Array, label: string, info: Uint8Array, length: number): Buffer {
  return createHmac("sha256", prk)
    .update(Uint8Array.of(length >> 8, length & 0xff))
    .update("HPKE-v1")
    .update(SUITE)
    .update(label)
    .update(info)
    .update(Uint8Array.of(1))
    .digest()
    .subarray(0, length);
}
