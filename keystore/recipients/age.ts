/**
 * Writes an age v1 file for one recipient: X25519, or the hybrid of ML-KEM-768 and X25519 that
 * holds against a quantum computer, too.
 *
 * {@link https://c2sp.org/age | C2SP age}. The file key is drawn for each file; the header's MAC
 * and the chunks of the payload hang on it.
 *
 * @module
 */
import { createCipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { x25519 } from "@noble/curves/ed25519.js";
import { ml_kem768_x25519 } from "@noble/post-quantum/hybrid.js";
import { KeystoreError } from "../errors.ts";
import { hybridContext } from "./hybrid-context.ts";

const X25519_LENGTH = 32;
const HYBRID_LENGTH = 1216;
const FILE_KEY_LENGTH = 16;
const CHUNK = 64 * 1024;
const TAG = 16;
/** Bytes of a stanza's body in one line of 64 characters. */
const LINE = 48;
const ZERO_NONCE = new Uint8Array(12);

/**
 * Encrypts to an age recipient, given as the bytes inside its Bech32 text.
 *
 * @throws {@link KeystoreError} `RECIPIENT_KEY`
 */
export function ageFile(recipient: Uint8Array, plaintext: Uint8Array): Buffer {
  const fileKey = randomBytes(FILE_KEY_LENGTH);
  try {
    const header = ageHeader(fileKey, stanza(recipient, fileKey));
    const nonce = randomBytes(16);
    return Buffer.concat([header, nonce, ...agePayload(fileKey, nonce, plaintext)]);
  } finally {
    fileKey.fill(0);
  }
}

/** The header with its MAC (C2SP age, "Header MAC"). */
export function ageHeader(fileKey: Uint8Array, stanzas: string): Buffer {
  const text = `age-encryption.org/v1\n${stanzas}---`;
  const mac = createHmac("sha256", hkdf(fileKey, new Uint8Array(), "header"))
    .update(text)
    .digest();
  return Buffer.from(`${text} ${base64(mac)}\n`, "ascii");
}

/** The payload's chunks (C2SP age, "Payload"): STREAM over ChaCha20-Poly1305. */
export function agePayload(
  fileKey: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array[] {
  const key = hkdf(fileKey, nonce, "payload");
  const chunks: Uint8Array[] = [];
  const counter = Buffer.alloc(12);
  // The last chunk is empty only if all is empty.
  const count = Math.max(1, Math.ceil(plaintext.length / CHUNK));
  for (let i = 0; i < count; i++) {
    counter.writeUInt32BE(i, 7);
    counter[11] = i === count - 1 ? 1 : 0;
    chunks.push(...encrypt(key, counter, plaintext.subarray(i * CHUNK, (i + 1) * CHUNK)));
  }
  key.fill(0);
  return chunks;
}

/** An X25519 stanza with a given ephemeral secret, which must be fresh. */
export function x25519Stanza(
  recipient: Uint8Array,
  fileKey: Uint8Array,
  ephemeral: Uint8Array,
): string {
  const share = x25519.getPublicKey(ephemeral);
  const secret = sharedSecret(ephemeral, recipient);
  const key = hkdf(secret, Buffer.concat([share, recipient]), "age-encryption.org/v1/X25519");
  const body = Buffer.concat(encrypt(key, ZERO_NONCE, fileKey));
  secret.fill(0);
  key.fill(0);
  return stanzaText(["X25519", base64(share)], body);
}

function stanza(recipient: Uint8Array, fileKey: Uint8Array): string {
  switch (recipient.length) {
    case X25519_LENGTH: {
      const ephemeral = randomBytes(X25519_LENGTH);
      try {
        return x25519Stanza(recipient, fileKey, ephemeral);
      } finally {
        ephemeral.fill(0);
      }
    }
    case HYBRID_LENGTH:
      return hybridStanza(recipient, fileKey);
    default:
      throw new KeystoreError("RECIPIENT_KEY", "age recipient: expected 32 or 1216 bytes");
  }
}

/** C2SP age, "mlkem768x25519 recipient stanza": HPKE (RFC 9180 §6.1) with empty AAD. */
function hybridStanza(recipient: Uint8Array, fileKey: Uint8Array): string {
  const { cipherText, sharedSecret: secret } = encapsulate(recipient);
  const { key, nonce } = hybridContext(secret, "age-encryption.org/mlkem768x25519");
  const body = Buffer.concat(encrypt(key, nonce, fileKey));
  secret.fill(0);
  key.fill(0);
  return stanzaText(["mlkem768x25519", base64(cipherText)], body);
}

function encapsulate(recipient: Uint8Array) {
  try {
    return ml_kem768_x25519.encapsulate(recipient);
  } catch (cause) {
    throw unusable(cause);
  }
}

function sharedSecret(ephemeral: Uint8Array, recipient: Uint8Array): Uint8Array {
  try {
    // RFC 7748 §6.1: a point of small order gives zero and is refused.
    return x25519.getSharedSecret(ephemeral, recipient);
  } catch (cause) {
    throw unusable(cause);
  }
}

function unusable(cause: unknown): KeystoreError {
  return new KeystoreError("RECIPIENT_KEY", "age recipient: no usable public key", { cause });
}

function stanzaText(args: readonly string[], body: Uint8Array): string {
  const lines: string[] = [];
  // The last line is shorter than 64 characters, and empty if need be.
  for (let at = 0; at <= body.length; at += LINE) {
    lines.push(`${base64(body.subarray(at, at + LINE))}\n`);
  }
  return `-> ${args.join(" ")}\n${lines.join("")}`;
}

function encrypt(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Buffer[] {
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: TAG });
  return [cipher.update(plaintext), cipher.final(), cipher.getAuthTag()];
}

function hkdf(ikm: Uint8Array, salt: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync("sha256", ikm, salt, info, 32));
}

/** RFC 4648 §4 without padding. */
function base64(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return text.replaceAll("=", "");
}
