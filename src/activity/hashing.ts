/**
 * The log's mathematics with the SHA-256 and Ed25519 of this platform, `node:crypto`.
 *
 * @module
 */
import { createPublicKey, hash, type KeyObject, verify } from "node:crypto";
import * as checkpoints from "./tree/checkpoint.ts";
import { createMerkle } from "./tree/merkle.ts";
import * as notes from "./tree/note.ts";
import type { Primitives } from "./tree/primitives.ts";

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 §4): this prefix and 32 bytes. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** The prefix of a leaf and the longest entry have room (C2SP: 65 535 bytes). */
const SCRATCH = Buffer.alloc(65_536);
const NODE_LENGTH = 65;
const NODE = SCRATCH.subarray(0, NODE_LENGTH);

/** SHA-256 of the first bytes of the scratch buffer. */
function hashScratch(length: number): Buffer {
  return digest(length === NODE_LENGTH ? NODE : SCRATCH.subarray(0, length));
}

/** Text out and bytes from it cost half of what a buffer of OpenSSL's own costs. */
function digest(bytes: Uint8Array): Buffer {
  return Buffer.from(textDigest(bytes), "binary");
}

export const PRIMITIVES: Primitives = {
  sha256(...parts) {
    let length = 0;
    for (const part of parts) {
      if (length + part.length > SCRATCH.length) {
        return digest(Buffer.concat(parts));
      }
      SCRATCH.set(part, length);
      length += part.length;
    }
    return hashScratch(length);
  },
  verifyEd25519(publicKey, message, signature) {
    if (publicKey.length !== 32 || signature.length !== 64) {
      return false;
    }
    return verify(null, message, keyObject(publicKey), signature);
  },
};

/** The key used last: a log has thousands of checkpoints, all by one. */
let lastKey: { readonly bytes: Buffer; readonly key: KeyObject } | null = null;

function keyObject(publicKey: Uint8Array): KeyObject {
  if (lastKey?.bytes.equals(publicKey) !== true) {
    const spki = Buffer.concat([SPKI_PREFIX, publicKey]);
    const key = createPublicKey({ key: spki, format: "der", type: "spki" });
    lastKey = { bytes: Buffer.from(publicKey), key };
  }
  return lastKey.key;
}

export const MERKLE = createMerkle(PRIMITIVES.sha256);

export const { nodeHash, createTree, rootFromInclusion, isConsistent, emptyRoot } = MERKLE;

/** SHA-256(0x00 ‖ entry), the entry as text or bytes (RFC 6962 §2.1). */
export function leafHash(entry: Uint8Array | string): Uint8Array {
  return MERKLE.leafHash(typeof entry === "string" ? Buffer.from(entry, "utf8") : entry);
}

/** The leaf hash of what `bytes` holds between `from` and `to`, the byte before it a spare one. */
export function leafHashIn(bytes: Buffer, from: number, to: number): Uint8Array {
  return Buffer.from(leafTextIn(bytes, from, to), "binary");
}

/** The same as text, a character per byte: who puts it in a buffer of its own saves a copy. */
export function leafTextIn(bytes: Buffer, from: number, to: number): string {
  bytes[from - 1] = 0;
  return textDigest(bytes.subarray(from - 1, to));
}

/** SHA-256 as text, a character per byte. */
export function textDigest(bytes: Uint8Array): string {
  return hash("sha256", bytes, "binary");
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
