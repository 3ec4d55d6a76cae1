/**
 * SHA-256 and Ed25519 for the log's mathematics in any browser.
 *
 * @module
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { createMerkle } from "../../../activity/tree/merkle.ts";
import type { Primitives } from "../../../activity/tree/primitives.ts";

export const PRIMITIVES: Primitives = {
  sha256(...parts) {
    const hash = sha256.create();
    for (const part of parts) {
      hash.update(part);
    }
    return hash.digest();
  },
  verifyEd25519(publicKey, message, signature) {
    try {
      // RFC 8032 §5.1.7, without the looser rules of ZIP 215.
      return ed25519.verify(signature, message, publicKey, { zip215: false });
    } catch {
      return false;
    }
  },
};

export const MERKLE = createMerkle(PRIMITIVES.sha256);
