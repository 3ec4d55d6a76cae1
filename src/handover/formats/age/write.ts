/**
 * An age file, armored, with the JSON document in it.
 *
 * {@link https://c2sp.org/age | C2SP age v1}: X25519 or the post-quantum hybrid (ML-KEM-768 with
 * X25519) for a recipient, scrypt for a passphrase.
 *
 * @module
 */
import { armor, Encrypter } from "age-encryption";
import type { Bundle } from "../../protocol/bundle.ts";
import type { Exported, FormatOptions } from "../contract.ts";
import { fileNameOf } from "../file-name.ts";
import { bundleText } from "../json/write.ts";
import { badOption, passphraseOf } from "../option.ts";

/** Native X25519, and the hybrid; nothing that a plug-in would have to open. */
const RECIPIENT = /^age1(pq1)?[02-9ac-hj-np-z]{58,}$/;

/** Encrypts every meter to the recipient, or under the passphrase. */
export async function writeAge(bundle: Bundle, options: FormatOptions): Promise<Exported> {
  const encrypter = encrypterFor(options);
  const file = await encrypter.encrypt(bundleText(bundle));
  return {
    bytes: new TextEncoder().encode(armor.encode(file)),
    fileName: fileNameOf(bundle, "json.age"),
    mediaType: "application/age",
    refused: [],
  };
}

/** An encrypter that has read its recipient; age's own work factor for a passphrase, 2^18. */
function encrypterFor(options: FormatOptions): Encrypter {
  const encrypter = new Encrypter();
  const { recipient, passphrase } = options;
  if (recipient === undefined) {
    encrypter.setPassphrase(passphraseOf(options));
    return encrypter;
  }
  if (passphrase !== undefined) {
    throw badOption("passphrase", "expected a recipient or a passphrase, not both");
  }
  const text = recipient.trim();
  try {
    if (!RECIPIENT.test(text)) {
      throw new TypeError("not a native recipient");
    }
    encrypter.addRecipient(text);
  } catch {
    // No cause: the library's message quotes the text, and that may be a secret key by mistake.
    throw badOption("recipient", "expected age1… or age1pq1… as age-keygen prints it");
  }
  return encrypter;
}
