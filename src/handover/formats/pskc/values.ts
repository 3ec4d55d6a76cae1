/**
 * Values of a PSKC file: in clear, wrapped, or encrypted and authenticated (RFC 6030 §4.2.1, §6).
 *
 * AES-CBC counts only with a message authentication code over IV and cipher text, checked before
 * anything is decrypted (§6: "MUST be accompanied"); AES key wrap brings its own check.
 *
 * @module
 */
import { aeskw, cbc } from "@noble/ciphers/aes.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { ReadError } from "../read-contract.ts";
import { fromBase64 } from "../xml/base64.ts";
import { find, textAt, type XmlElement } from "../xml/element.ts";

const XMLENC = "http://www.w3.org/2001/04/xmlenc#";
const CIPHER = /^(?:aes(128|192|256)-cbc|kw-aes(128|192|256))$/;
const BLOCK = 16;

const MACS: ReadonlyMap<string, typeof sha256 | typeof sha1> = new Map<
  string,
  typeof sha256 | typeof sha1
>([
  ["http://www.w3.org/2000/09/xmldsig#hmac-sha1", sha1],
  ["http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", sha256],
  ["http://www.w3.org/2001/04/xmldsig-more#hmac-sha384", sha384],
  ["http://www.w3.org/2001/04/xmldsig-more#hmac-sha512", sha512],
]);

export interface Mac {
  readonly hash: typeof sha256 | typeof sha1;
  readonly key: Uint8Array;
}

export interface ValueKeys {
  readonly key: Uint8Array | null;
  readonly mac: Mac | null;
}

/**
 * Reads the `MACMethod` element; its key is encrypted like the values, or is the same one. Null
 * where it names no algorithm, as python3-pskc does beside keys that are wrapped.
 */
export function macOf(method: XmlElement, key: Uint8Array): Mac | null {
  const algorithm = method.attributes.get("Algorithm");
  if (algorithm === undefined) {
    return null;
  }
  const hash = MACS.get(algorithm);
  if (hash === undefined) {
    throw new ReadError("CIPHER_UNSUPPORTED", "expected a MAC by HMAC with SHA-1 or SHA-2");
  }
  const wrapped = find(method, "MACKey");
  if (wrapped === null) {
    return { hash, key };
  }
  const { algorithm: cipher, bytes } = cipherOf(wrapped);
  const opened = decrypt(cipher, key, bytes);
  if (opened === null) {
    throw new ReadError("PASSPHRASE_WRONG", "the passphrase or key does not open the file");
  }
  return { hash, key: opened };
}

/** The bytes of a `Secret`; null when its check fails. An absent value is empty. */
export function openSecret(secret: XmlElement, { key, mac }: ValueKeys): Uint8Array | null {
  const plain = find(secret, "PlainValue");
  if (plain !== null) {
    return fromBase64(textAt(secret, "PlainValue"));
  }
  const encrypted = find(secret, "EncryptedValue");
  if (encrypted === null) {
    return new Uint8Array();
  }
  if (key === null) {
    throw new ReadError("FILE_FORMAT", "a value is encrypted and no EncryptionKey says how");
  }
  const { algorithm, bytes } = cipherOf(encrypted);
  if (algorithm.endsWith("-cbc")) {
    const tag = fromBase64(textAt(secret, "ValueMAC"));
    if (mac === null || tag === null || tag.length === 0) {
      throw new ReadError("MAC_MISSING", "values encrypted by AES-CBC need a MAC, RFC 6030 §6");
    }
    if (!isEqual(hmac(mac.hash, mac.key, bytes), tag)) {
      return null;
    }
  }
  return decrypt(algorithm, key, bytes);
}

function cipherOf(element: XmlElement): { algorithm: string; bytes: Uint8Array } {
  const uri = find(element, "EncryptionMethod")?.attributes.get("Algorithm") ?? "";
  const algorithm = uri.startsWith(XMLENC) ? uri.slice(XMLENC.length) : "";
  if (!CIPHER.test(algorithm)) {
    throw new ReadError("CIPHER_UNSUPPORTED", "expected values encrypted by AES-KW or AES-CBC");
  }
  const bytes = fromBase64(textAt(element, "CipherData", "CipherValue"));
  if (bytes === null) {
    throw new ReadError("FILE_FORMAT", "expected base64 in CipherValue");
  }
  return { algorithm, bytes };
}

function decrypt(algorithm: string, key: Uint8Array, bytes: Uint8Array): Uint8Array | null {
  const bits = CIPHER.exec(algorithm)?.slice(1).find(Boolean);
  if (key.length * 8 !== Number(bits)) {
    throw new ReadError("PASSPHRASE_WRONG", `expected a key of ${bits} bits to open the file`);
  }
  try {
    return algorithm.endsWith("-cbc") ? decryptCbc(key, bytes) : aeskw(key).decrypt(bytes);
  } catch {
    // The library says more; it is no more than this: RFC 3394 §2.2.3, or a wrong length.
    return null;
  }
}

/** W3C XML Encryption §5.2: IV first; of the padding only the last byte, its length, is defined. */
function decryptCbc(key: Uint8Array, bytes: Uint8Array): Uint8Array | null {
  const iv = bytes.subarray(0, BLOCK);
  const plain = cbc(key, iv, { disablePadding: true }).decrypt(bytes.subarray(BLOCK));
  const padding = plain.at(-1) ?? 0;
  return padding >= 1 && padding <= BLOCK ? plain.subarray(0, plain.length - padding) : null;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) {
    difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  }
  return difference === 0;
}
