/**
 * C2SP signed-note and tlog-checkpoint: how the log signs its head.
 *
 * A checkpoint is `origin\nsize\nbase64(root)\n`; a note appends an empty line and one signature
 * line `— name base64(key hash ‖ signature)` over the text. The verifier key is
 * `name+hash+base64(0x01 ‖ public key)`, 0x01 being Ed25519.
 *
 * @module
 */
import { createHash, createPublicKey, verify } from "node:crypto";

const ED25519 = 1;
/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 §4): this prefix and 32 bytes. */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

export interface SignedHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text that is signed: three lines. */
export function checkpointText({ origin, size, root }: SignedHead): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`;
}

/** Puts the signature line under the text. */
export function signedNote(
  text: string,
  name: string,
  publicKey: Uint8Array,
  signature: Uint8Array,
): string {
  const line = Buffer.concat([keyHash(name, publicKey), signature]).toString("base64");
  return `${text}\n— ${name} ${line}\n`;
}

export function formatVkey(name: string, publicKey: Uint8Array): string {
  const typed = Buffer.concat([Uint8Array.of(ED25519), publicKey]);
  return `${name}+${keyHash(name, publicKey).toString("hex")}+${typed.toString("base64")}`;
}

export interface VerifierKey {
  readonly name: string;
  readonly publicKey: Uint8Array;
}

/** Reads a verifier key; null when it is none or its hash does not fit. */
export function parseVkey(text: string): VerifierKey | null {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim());
  const name = match?.[1];
  const typed = Buffer.from(match?.[3] ?? "", "base64");
  if (name === undefined || typed.length !== 33 || typed[0] !== ED25519) {
    return null;
  }
  const publicKey = new Uint8Array(typed.subarray(1));
  return keyHash(name, publicKey).toString("hex") === match?.[2] ? { name, publicKey } : null;
}

/** Checks a note's signature and form; null when it is not by this key or not a checkpoint. */
export function openCheckpoint(note: string, key: VerifierKey): SignedHead | null {
  const end = note.lastIndexOf("\n\n");
  if (end < 0) {
    return null;
  }
  const text = note.slice(0, end + 1);
  const signed = note
    .slice(end + 2)
    .split("\n")
    .some((line) => isSignature(line, text, key));
  const [origin, size, root, ...rest] = text.split("\n");
  if (!signed || origin !== key.name || !/^(0|[1-9]\d{0,15})$/.test(size ?? "")) {
    return null;
  }
  const hash = new Uint8Array(Buffer.from(root ?? "", "base64"));
  return rest.length < 1 || hash.length !== 32 ? null : { origin, size: Number(size), root: hash };
}

function isSignature(line: string, text: string, key: VerifierKey): boolean {
  const prefix = `— ${key.name} `;
  if (!line.startsWith(prefix)) {
    return false;
  }
  const bytes = Buffer.from(line.slice(prefix.length), "base64");
  if (bytes.length !== 68 || !bytes.subarray(0, 4).equals(keyHash(key.name, key.publicKey))) {
    return false;
  }
  const spki = Buffer.concat([SPKI_PREFIX, key.publicKey]);
  const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
  return verify(null, Buffer.from(text, "utf8"), publicKey, bytes.subarray(4));
}

/** First 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). */
function keyHash(name: string, publicKey: Uint8Array): Buffer {
  return createHash("sha256")
    .update(`${name}\n`)
    .update(Uint8Array.of(ED25519))
    .update(publicKey)
    .digest()
    .subarray(0, 4);
}
