/**
 * The log's mathematics with the SHA-256 and Ed25519 of this platform, `node:crypto`.
 *
 * @module
 */
import { createPublicKey, hash, verify } from "node:crypto";
import * as checkpoints from "./tree/checkpoint.ts";
import { createMerkle } from "./tree/merkle.ts";
import * as notes from "./tree/note.ts";
import type { Primitives } from "./tree/primitives.ts";

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 §4): this prefix and 32 bytes. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

export const PRIMITIVES: Primitives = {
  sha256: (...parts) => hash("sha256", Buffer.concat(parts), "buffer"),
  verifyEd25519(publicKey, message, signature) {
    if (publicKey.length !== 32 || signature.length !== 64) {
      return false;
    }
    const spki = Buffer.concat([SPKI_PREFIX, publicKey]);
    const key = createPublicKey({ key: spki, format: "der", type: "spki" });
    return verify(null, message, key, signature);
  },
};

export const MERKLE = createMerkle(PRIMITIVES.sha256);

export const { nodeHash, createTree, rootFromInclusion, isConsistent, emptyRoot } = MERKLE;

/** SHA-256(0x00 ‖ entry), the entry as text or bytes (RFC 6962 §2.1). */
export function leafHash(entry: Uint8Array | string): Uint8Array {
  return MERKLE.leafHash(typeof entry === "string" ? Buffer.from(entry, "utf8") : entry);
}

export function openCheckpoint(note: string, key: notes.VerifierKey) {
  return checkpoints.openCheckpoint(PRIMITIVES, note, key);
}

export function parseVkey(text: string): notes.VerifierKey | null {
  return notes.parseVkey(PRIMITIVES, text);
}

export function formatVkey(key: notes.VerifierKey): string {
  return notes.formatVkey(PRIMITIVES, key);
}

/** The note of a text with one Ed25519 signature under it. */
export function signedNote(text: string, key: notes.VerifierKey, signature: Uint8Array): string {
  return notes.formatNote(text, [notes.signatureLine(PRIMITIVES, key, signature)]);
}
