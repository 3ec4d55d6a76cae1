/**
 * The key that the values of a PSKC file are encrypted with (RFC 6030 §6).
 *
 * Shared beforehand (§6.1), or made of a passphrase by PBKDF2 (§6.2; RFC 8018 §5.2). The file says
 * how often PBKDF2 runs: more than ten million rounds are an attack on the reader.
 *
 * @module
 */
import { ReadError } from "../read-contract.ts";
import { fromBase64 } from "../xml/base64.ts";
import { find, textAt, type XmlElement } from "../xml/element.ts";

const MAX_ITERATIONS = 10_000_000;

/** RFC 6030 names the one of PKCS #5, XML Encryption 1.1 §5.4.1 has its own. */
const PBKDF2: ReadonlySet<string> = new Set([
  "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2",
  "http://www.w3.org/2009/xmlenc11#pbkdf2",
]);

const HASHES: ReadonlyMap<string, string> = new Map([
  ["hmac-sha1", "SHA-1"],
  ["hmac-sha256", "SHA-256"],
  ["hmac-sha384", "SHA-384"],
  ["hmac-sha512", "SHA-512"],
]);

/** Where the secrets of a PSKC file come from; each is asked for only when it is needed. */
export interface PskcSecrets {
  readonly passphrase: () => Promise<string>;
  /** A key of 16, 24 or 32 bytes that both sides have. */
  readonly kek: () => Promise<Uint8Array>;
}

/** Answers the key that an `EncryptionKey` element speaks of. */
export async function encryptionKey(
  element: XmlElement,
  secrets: PskcSecrets,
): Promise<Uint8Array> {
  const derived = find(element, "DerivedKey");
  if (derived !== null) {
    return await deriveKey(derived, secrets.passphrase);
  }
  // Some writers leave the shared key without a name.
  if (element.children.some(({ name }) => name !== "KeyName")) {
    throw new ReadError(
      "CIPHER_UNSUPPORTED",
      "expected a key shared beforehand, or one made of a passphrase",
    );
  }
  const key = await secrets.kek();
  if (![16, 24, 32].includes(key.length)) {
    throw new ReadError("PASSPHRASE_WRONG", "the key shared beforehand has 16, 24 or 32 bytes");
  }
  return key;
}

async function deriveKey(
  derived: XmlElement,
  passphrase: () => Promise<string>,
): Promise<Uint8Array> {
  const method = find(derived, "KeyDerivationMethod");
  const params = method === null ? null : find(method, "PBKDF2-params");
  if (params === null || !PBKDF2.has(method?.attributes.get("Algorithm") ?? "")) {
    throw new ReadError("CIPHER_UNSUPPORTED", "expected a passphrase stretched by PBKDF2");
  }
  const salt = fromBase64(textAt(params, "Salt", "Specified"));
  const iterations = count(textAt(params, "IterationCount"));
  const length = count(textAt(params, "KeyLength") || "16");
  if (salt === null || salt.length === 0 || iterations === 0 || ![16, 24, 32].includes(length)) {
    throw new ReadError("FILE_FORMAT", "expected salt, rounds and key length of PBKDF2");
  }
  if (iterations > MAX_ITERATIONS) {
    throw new ReadError(
      "CIPHER_UNSUPPORTED",
      `expected at most ${MAX_ITERATIONS} rounds of PBKDF2`,
    );
  }
  const hash = hashOf(prfOf(params));
  const secret = new TextEncoder().encode(await passphrase());
  try {
    const base = await crypto.subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
    const algorithm = { name: "PBKDF2", hash, salt: new Uint8Array(salt), iterations };
    return new Uint8Array(await crypto.subtle.deriveBits(algorithm, base, length * 8));
  } finally {
    secret.fill(0);
  }
}

/** The schema has an attribute; python3-pskc writes it as text. */
function prfOf(params: XmlElement): string {
  return find(params, "PRF")?.attributes.get("Algorithm") ?? textAt(params, "PRF");
}

/** RFC 8018 §A.2: without a name it is HMAC-SHA-1. */
function hashOf(prf: string): string {
  const hash = HASHES.get(prf === "" ? "hmac-sha1" : prf.replace(/^.*#/, "").toLowerCase());
  if (hash === undefined) {
    throw new ReadError("CIPHER_UNSUPPORTED", "expected PBKDF2 with HMAC-SHA-1 or SHA-2");
  }
  return hash;
}

function count(text: string): number {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : 0;
}
