/**
 * Two names for a key that do not tell it.
 *
 * The check value is for two people on the phone (24 bits: it identifies nothing on its own);
 * the fingerprint finds the same key at two meters and is keyed, so that a stolen database does
 * not confirm a guess.
 *
 * @module
 */
import { createHmac } from "node:crypto";
import { unsafe } from "@noble/ciphers/aes.js";
import type { SecretKey } from "./secret-key.ts";

/** R_128 of NIST SP 800-38B §5.3. */
const R128 = 0x87;

/** First 3 bytes of AES-CMAC(key, 16 zero bytes) (RFC 4493; NIST SP 800-38B), in hex. */
export function keyCheckValue(key: SecretKey): string {
  return key.use(zeroBlockCmac).toString(16).padStart(8, "0").slice(0, 6);
}

/**
 * The first word of AES-CMAC(key, 16 zero bytes): of the one block only the subkey K1 is left
 * (SP 800-38B §6.2), so it is AES(K1). A package has a check value for each of its keys; the
 * general function, tested against this one, takes twice as long for it.
 */
function zeroBlockCmac(key: Uint8Array): number {
  const schedule = unsafe.expandKeyLE(key);
  const zero = unsafe.encrypt(schedule, 0, 0, 0, 0);
  const [a, b, c, d] = [swap(zero.s0), swap(zero.s1), swap(zero.s2), swap(zero.s3)] as const;
  const mac = unsafe.encrypt(
    schedule,
    swap((a << 1) | (b >>> 31)),
    swap((b << 1) | (c >>> 31)),
    swap((c << 1) | (d >>> 31)),
    swap((d << 1) ^ (R128 * (a >>> 31))),
  );
  schedule.fill(0);
  return swap(mac.s0) >>> 0;
}

/** Between the byte order of AES's words here (FIPS 197 read little endian) and of the field. */
function swap(word: number): number {
  return ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

/** HMAC-SHA-256(fingerprint key, length ‖ key)[0:16]. */
export function keyFingerprint(fingerprintKey: SecretKey, key: SecretKey): Uint8Array {
  return fingerprintKey.use((fp) =>
    key.use((bytes) =>
      createHmac("sha256", fp)
        .update(Uint8Array.of(bytes.length))
        .update(bytes)
        .digest()
        .subarray(0, 16),
    ),
  );
}
