/**
 * Kamstrup key files (KEM) in both versions, unsigned: kept for software that reads nothing else.
 *
 * The encryption is weak and the format leaves no choice: AES-128-CBC whose key is the password
 * itself, padded with zero bytes, and whose initialisation vector is the key. There is no salt, no
 * slow derivation and no integrity check; whoever has the file tries passwords as fast as a
 * computer can.
 *
 * {@link https://www.w3.org/TR/2002/REC-xmlenc-core-20021210/ | XML Encryption}
 *
 * @module
 */
import type { Bundle } from "../../protocol/bundle.ts";
import { toBase64 } from "../bytes.ts";
import type { Exported, FormatOptions } from "../contract.ts";
import { fileNameOf } from "../file-name.ts";
import { badOption } from "../option.ts";
import { type WmbusMeter, wmbusMeters } from "../wmbus-meters.ts";
import { devices, metersInOrder } from "./xml.ts";

/** The password is the key: more than its 16 bytes cannot be used. */
const KEY_LENGTH = 16;
const SHORTEST = 8;

/** Writes the first version, `MetersInOrder`. */
export function writeKem(bundle: Bundle, options: FormatOptions): Promise<Exported> {
  return writeEncrypted(bundle, options, metersInOrder, "kem");
}

/** Writes the second version, `Devices`. */
export function writeKem2(bundle: Bundle, options: FormatOptions): Promise<Exported> {
  return writeEncrypted(bundle, options, devices, "kem2");
}

async function writeEncrypted(
  bundle: Bundle,
  options: FormatOptions,
  document: (meters: readonly WmbusMeter[]) => string,
  extension: string,
): Promise<Exported> {
  const password = passwordBytes(options);
  const { meters, refused } = wmbusMeters(bundle, true);
  const cipher = await encryptKem(password, new TextEncoder().encode(document(meters)));
  const text =
    '<?xml version="1.0" encoding="utf-8"?>\n' +
    '<EncryptedData Type="http://www.w3.org/2001/04/xmlenc#Element" xmlns="http://www.w3.org/2001/04/xmlenc#">\n' +
    '<EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc" />\n' +
    `<CipherData>\n<CipherValue>${toBase64(cipher)}</CipherValue>\n</CipherData>\n</EncryptedData>\n`;
  return {
    bytes: new TextEncoder().encode(text),
    fileName: fileNameOf(bundle, extension),
    mediaType: "application/xml",
    refused,
  };
}

/** Encrypts as these files do; the padding's last byte is its length, as XML Encryption §5.2 asks. */
export async function encryptKem(password: Uint8Array, plain: Uint8Array): Promise<Uint8Array> {
  const bytes = new Uint8Array(KEY_LENGTH);
  bytes.set(password);
  const key = await crypto.subtle.importKey("raw", bytes, "AES-CBC", false, ["encrypt"]);
  const cipher = await crypto.subtle.encrypt(
    { name: "AES-CBC", iv: bytes },
    key,
    new Uint8Array(plain),
  );
  return new Uint8Array(cipher);
}

function passwordBytes({ passphrase = "" }: FormatOptions): Uint8Array {
  const bytes = new TextEncoder().encode(passphrase);
  if (bytes.length < SHORTEST || bytes.length > KEY_LENGTH || bytes.includes(0)) {
    throw badOption("passphrase", `expected ${SHORTEST} to ${KEY_LENGTH} bytes for this format`);
  }
  return bytes;
}
