/**
 * C2SP tlog-checkpoint and tlog-cosignature: the signed head of a log, and what witnesses add.
 *
 * The text is `origin\nsize\nbase64(root)\n`. The log signs the text itself; a witness signs
 * `cosignature/v1\ntime <seconds>\n` before it.
 *
 * @module
 */
import { hashFromBase64, toBase64 } from "./base64.ts";
import type { TreeHead } from "./merkle.ts";
import {
  COSIGNATURE,
  type Note,
  parseNote,
  signatureLine,
  signaturesBy,
  utf8,
  type VerifierKey,
} from "./note.ts";
import type { Primitives } from "./primitives.ts";

export interface SignedHead extends TreeHead {
  readonly origin: string;
}

/** The three lines of a head. */
export function checkpointText({ origin, size, root }: SignedHead): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** Reads the lines of a head; null when they are none. Extension lines are passed over. */
export function parseCheckpointText(text: string): SignedHead | null {
  const [origin = "", size = "", root = "", ...rest] = text.split("\n");
  const hash = hashFromBase64(root);
  // The text ends with a newline, and no line is empty.
  const isWhole = rest.length >= 1 && rest.at(-1) === "" && !rest.slice(0, -1).includes("");
  if (origin === "" || hash === null || !isWhole || !/^(0|[1-9]\d{0,15})$/.test(size)) {
    return null;
  }
  return Number.isSafeInteger(Number(size)) ? { origin, size: Number(size), root: hash } : null;
}

/** The head in a checkpoint that is signed by this log's key; null otherwise. */
export function openCheckpoint(
  primitives: Primitives,
  note: string,
  key: VerifierKey,
): SignedHead | null {
  const parsed = parseNote(note);
  const head = parsed === null ? null : parseCheckpointText(parsed.text);
  if (parsed === null || head === null || head.origin !== key.name) {
    return null;
  }
  const signatures = signaturesBy(primitives, parsed, key);
  const text = utf8(parsed.text);
  const areGood = signatures.every(({ signature }) =>
    primitives.verifyEd25519(key.publicKey, text, signature),
  );
  return signatures.length > 0 && areGood ? head : null;
}

/** A witness has seen this head at this time (seconds since 1970). */
export interface Cosignature {
  readonly witness: string;
  readonly seconds: number;
  readonly line: string;
}

/** The text that a witness signs (tlog-cosignature, Ed25519 signed message). */
export function cosignedText(text: string, seconds: number): Uint8Array {
  return utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/** The cosignature line for an Ed25519 signature over `cosignedText`. */
export function cosignatureLine(
  primitives: Primitives,
  key: VerifierKey,
  seconds: number,
  signature: Uint8Array,
): string {
  const timed = new Uint8Array(8 + signature.length);
  new DataView(timed.buffer).setBigUint64(0, BigInt(seconds));
  timed.set(signature, 8);
  return signatureLine(primitives, { ...key, type: COSIGNATURE }, timed);
}

/** The cosignature of one witness under a note; null when there is none or it does not verify. */
export function findCosignature(
  primitives: Primitives,
  note: Note,
  key: VerifierKey,
): Cosignature | null {
  const [found, ...more] = signaturesBy(primitives, note, { ...key, type: COSIGNATURE });
  if (found === undefined || more.length > 0 || found.signature.length !== 72) {
    return null;
  }
  const { buffer, byteOffset } = found.signature;
  const seconds = Number(new DataView(buffer, byteOffset).getBigUint64(0));
  const message = cosignedText(note.text, seconds);
  return Number.isSafeInteger(seconds) &&
    primitives.verifyEd25519(key.publicKey, message, found.signature.slice(8))
    ? { witness: key.name, seconds, line: found.line }
    : null;
}
