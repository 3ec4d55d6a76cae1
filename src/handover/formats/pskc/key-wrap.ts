/**
 * PSKC under a key-encryption key: AES Key Wrap with 256 bits, which checks itself.
 *
 * {@link https://www.rfc-editor.org/rfc/rfc3394 | RFC 3394}; XML Encryption §5.6.3 names it
 * `kw-aes256`.
 *
 * @module
 */
import { hexToBytes } from "@noble/hashes/utils.js";
import type { FormatOptions } from "../contract.ts";
import { badOption } from "../option.ts";
import type { Protected } from "./elements.ts";

/** Algorithm of an EncryptedValue under such a key. */
export const KEY_WRAP = "http://www.w3.org/2001/04/xmlenc#kw-aes256";

/** Protects one key. */
export type Protect = (key: Uint8Array) => Promise<Protected>;

/** Which key is meant: the recipient has one in this exchange. */
export const KEY_WRAP_HEAD =
  "<EncryptionKey><ds:KeyName>recipient-kek</ds:KeyName></EncryptionKey>\n";

/**
 * Wraps keys of 16 or 32 bytes under the key of the options.
 *
 * @throws {@link FormatError} `FORMAT_OPTION`
 */
export async function keyWrap({ kek = "" }: FormatOptions): Promise<Protect> {
  const hex = kek.trim();
  if (!/^[0-9A-Fa-f]{64}$/.test(hex) || /^(..)\1{31}$/.test(hex)) {
    throw badOption("kek", "expected an AES-256 key as 64 hex digits");
  }
  const { subtle } = crypto;
  const wrapping = await subtle.importKey("raw", hexToBytes(hex), "AES-KW", false, ["wrapKey"]);
  return async (bytes) => {
    // AES-CBC is what WebCrypto calls any AES key that may be exported; wrapping does not use it.
    const raw = new Uint8Array(bytes);
    const key = await subtle.importKey("raw", raw, "AES-CBC", true, ["encrypt"]);
    const cipher = new Uint8Array(await subtle.wrapKey("raw", key, wrapping, "AES-KW"));
    return { cipher, mac: null };
  };
}
