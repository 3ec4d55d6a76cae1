/**
 * C2SP signed-note: a text, an empty line, and signature lines over that text.
 *
 * A signature line is `— name base64(key id ‖ signature)`; a verifier key is
 * `name+key id+base64(type ‖ public key)`. Lines by unknown keys are passed over; one by a known
 * key that does not verify makes the whole note malformed, as the specification demands.
 *
 * @module
 */
import { fromBase64, toBase64 } from "./base64.ts";
import type { Primitives } from "./primitives.ts";

/** Signature types: Ed25519, and the timestamped Ed25519 cosignature of a witness. */
export const ED25519 = 1;
export const COSIGNATURE = 4;
export type KeyType = typeof ED25519 | typeof COSIGNATURE;

const ID_LENGTH = 4;
/** A note has at most this many signature lines here; the rest is not a note of ours. */
const MAX_SIGNATURES = 100;

export interface VerifierKey {
  readonly name: string;
  readonly publicKey: Uint8Array;
  /** Absent = Ed25519. */
  readonly type?: KeyType;
}

/** A signature line, taken apart. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: Uint8Array;
  /** What follows the key id. */
  readonly signature: Uint8Array;
  /** The line as it stands, without its end. */
  readonly line: string;
}

/** The text up to its last newline, and its signatures; not yet verified. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** First 4 bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key). */
export function keyId({ sha256 }: Primitives, key: VerifierKey): Uint8Array {
  const type = Uint8Array.of(key.type ?? ED25519);
  return sha256(utf8(`${key.name}\n`), type, key.publicKey).slice(0, ID_LENGTH);
}

export function formatVkey(primitives: Primitives, key: VerifierKey): string {
  const typed = Uint8Array.of(key.type ?? ED25519, ...key.publicKey);
  return `${key.name}+${hex(keyId(primitives, key))}+${toBase64(typed)}`;
}

/** Reads a verifier key; null when it is none or its id does not fit. */
export function parseVkey(primitives: Primitives, text: string): VerifierKey | null {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim());
  const name = match?.[1];
  const typed = fromBase64(match?.[3] ?? "");
  const type = typed?.[0];
  if (name === undefined || typed === null || typed.length !== 33) {
    return null;
  }
  if (type !== ED25519 && type !== COSIGNATURE) {
    return null;
  }
  const key: VerifierKey = { name, publicKey: typed.slice(1), type };
  return hex(keyId(primitives, key)) === match?.[2] ? key : null;
}

/** `— name base64(key id ‖ signature)`, without the newline. */
export function signatureLine(
  primitives: Primitives,
  key: VerifierKey,
  signature: Uint8Array,
): string {
  return `— ${key.name} ${toBase64(Uint8Array.of(...keyId(primitives, key), ...signature))}`;
}

/** Puts signature lines under a text that ends with a newline. */
export function formatNote(text: string, lines: readonly string[]): string {
  return `${text}\n${lines.map((line) => `${line}\n`).join("")}`;
}

/** Takes a note apart; null when it is none. */
export function parseNote(note: string): Note | null {
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n") || hasControls(note)) {
    return null;
  }
  const lines = note.slice(end + 2, -1).split("\n");
  const signatures = lines.map(parseSignature);
  return lines.length > MAX_SIGNATURES || signatures.includes(null)
    ? null
    : { text: note.slice(0, end + 1), signatures: signatures as NoteSignature[] };
}

/** The signatures in the note that are by `key`'s name and id. */
export function signaturesBy(primitives: Primitives, note: Note, key: VerifierKey) {
  const id = hex(keyId(primitives, key));
  return note.signatures.filter((one) => one.name === key.name && hex(one.keyId) === id);
}

function parseSignature(line: string): NoteSignature | null {
  const match = /^— ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line);
  const bytes = fromBase64(match?.[2] ?? "");
  return match === null || bytes === null || bytes.length <= ID_LENGTH
    ? null
    : {
        name: match[1] ?? "",
        keyId: bytes.slice(0, ID_LENGTH),
        signature: bytes.slice(ID_LENGTH),
        line,
      };
}

/** signed-note: no ASCII control characters other than newline, and well-formed Unicode. */
function hasControls(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return /[\u0000-\u0009\u000b-\u001f]|\p{Surrogate}/u.test(text);
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
