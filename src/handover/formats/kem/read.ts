/**
 * Kamstrup KEM and KEM2 files: an archive, an encrypted document, the meters in it.
 *
 * A KEM2 file is signed, a KEM file may be. Where no public description says which of the two
 * documents the signature is in, it is looked for in both: the encrypted one and the opened one.
 * From a signed document only the text that the signature covers is read on.
 *
 * @module
 */
import { type CheckSignature, type MeterFile, ReadError, type Signer } from "../read-contract.ts";
import { decodeXml } from "../xml/decode.ts";
import { checkXml, childrenOfRoot, type XmlElement } from "../xml/element.ts";
import { isZip, unzipKeyFile } from "../zip/read.ts";
import { decryptKem } from "./decrypt.ts";
import { kemMeters } from "./meters.ts";

export interface KemSecrets {
  /** Asked for only when the file is encrypted. */
  readonly passphrase: () => Promise<string>;
  readonly checkSignature: CheckSignature;
}

/** @throws {@link ReadError} */
export async function readKem(
  bytes: Uint8Array,
  { passphrase, checkSignature }: KemSecrets,
): Promise<MeterFile> {
  const outer = signedPart(isZip(bytes) ? unzipKeyFile(bytes) : bytes, checkSignature);
  const parts = encryptedParts(outer.text);
  if (parts === null) {
    return { ...kemMeters(outer.text), signer: outer.signer };
  }
  const opened = decryptKem(parts, await passphrase());
  const inner = openedPart(opened, outer.signer === null ? checkSignature : () => null);
  return { ...kemMeters(inner.text), signer: outer.signer ?? inner.signer };
}

interface Part {
  readonly text: string;
  readonly signer: Signer | null;
}

function signedPart(bytes: Uint8Array, checkSignature: CheckSignature): Part {
  const text = decodeXml(bytes);
  // Whatever takes it apart further only sees what has passed the scanner.
  checkXml(text);
  return checkSignature(text) ?? { text, signer: null };
}

/** Bytes under a wrong key are no text: that is the passphrase, not the encoding. */
function openedPart(bytes: Uint8Array, checkSignature: CheckSignature): Part {
  try {
    return signedPart(bytes, checkSignature);
  } catch (error) {
    throw error instanceof ReadError && error.code === "XML_ENCODING"
      ? new ReadError("PASSPHRASE_WRONG", "the passphrase does not open the file")
      : error;
  }
}

/** The parts of the `EncryptedData` element: the root itself, or the only one right below it. */
function encryptedParts(xml: string): readonly XmlElement[] | null {
  const root = checkXml(xml);
  const children = [...take(xml, root.name === "EncryptedData")];
  if (root.name === "EncryptedData") {
    return children;
  }
  if (children.length > 1) {
    throw new ReadError("FILE_FORMAT", "expected one encrypted part");
  }
  return children[0]?.children ?? null;
}

function* take(xml: string, isEncrypted: boolean): Generator<XmlElement, void> {
  for (const child of childrenOfRoot(xml)) {
    if (isEncrypted ? child.name !== "Signature" : child.name === "EncryptedData") {
      yield child;
    }
  }
}
