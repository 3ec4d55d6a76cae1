/**
 * The encryption of KEM files: XML-Enc with AES-128-CBC, the passphrase as key *and* as IV.
 *
 * W3C XML Encryption §5.2 puts a random IV in front; KEM files instead use the passphrase, padded
 * with zeros to 16 bytes, for both (utils/kem-import.py of wmbusmeters, and Kamstrup's own note
 * 55123205 "How to decrypt a KEM or KEM2 file"). There is no authentication: whoever holds the
 * file can alter it unnoticed unless it is signed, and a customer number is soon guessed.
 *
 * @module
 */
import { cbc } from "@noble/ciphers/aes.js";
import { ReadError } from "../read-contract.ts";
import { fromBase64 } from "../xml/base64.ts";
import { find, type XmlElement } from "../xml/element.ts";

const AES_128_CBC = "http://www.w3.org/2001/04/xmlenc#aes128-cbc";
const BLOCK = 16;
const LESS_THAN = 0x3c;
const GREATER_THAN = 0x3e;

/** Decrypts the children of an `EncryptedData` element to the bytes of the inner document. */
export function decryptKem(parts: readonly XmlElement[], passphrase: string): Uint8Array {
  const data: XmlElement = { ...EMPTY, children: parts };
  const algorithm = find(data, "EncryptionMethod")?.attributes.get("Algorithm") ?? AES_128_CBC;
  if (algorithm !== AES_128_CBC) {
    throw new ReadError("CIPHER_UNSUPPORTED", "expected a KEM file encrypted with AES-128-CBC");
  }
  const cipherText = fromBase64(find(data, "CipherData", "CipherValue")?.text ?? "");
  if (cipherText === null || cipherText.length === 0 || cipherText.length % BLOCK !== 0) {
    throw new ReadError("FILE_FORMAT", "expected the encrypted meters in CipherValue");
  }
  const key = keyOf(passphrase);
  try {
    return trim(cbc(key, key, { disablePadding: true }).decrypt(cipherText));
  } finally {
    key.fill(0);
  }
}

const EMPTY: XmlElement = {
  name: "EncryptedData",
  namespace: "",
  attributes: new Map(),
  children: [],
  text: "",
};

function keyOf(passphrase: string): Uint8Array {
  const bytes = new TextEncoder().encode(passphrase);
  if (bytes.length === 0 || bytes.length > BLOCK) {
    throw new ReadError("PASSPHRASE_WRONG", "the passphrase of a KEM file has 1 to 16 bytes");
  }
  const key = new Uint8Array(BLOCK);
  key.set(bytes);
  bytes.fill(0);
  return key;
}

/** Without the padding, of which writers have several kinds: XML ends with its last `>`. */
function trim(plain: Uint8Array): Uint8Array {
  const start = hasMark(plain) ? 3 : 0;
  const end = plain.lastIndexOf(GREATER_THAN) + 1;
  if (plain[start] !== LESS_THAN || plain.length - end > 2 * BLOCK) {
    throw new ReadError("PASSPHRASE_WRONG", "the passphrase does not open the file");
  }
  return plain.subarray(start, end);
}

function hasMark([first, second, third]: Uint8Array): boolean {
  return first === 0xef && second === 0xbb && third === 0xbf;
}
