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
import { cmac } from "@noble/ciphers/aes.js";
import type { SecretKey } from "./secret-key.ts";

/** First 3 bytes of AES-CMAC(key, 16 zero bytes) (RFC 4493; NIST SP 800-38B), in hex. */
export function keyCheckValue(key: SecretKey): string {
  const mac = key.use((bytes) => cmac(new Uint8Array(16), bytes));
  return Buffer.from(mac.subarray(0, 3)).toString("hex");
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
