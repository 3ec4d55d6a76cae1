/**
 * What a reader of a maker's key file gives and how it refuses.
 *
 * Files come from outside and hold keys: a message names the place and our own code, never what
 * stands there. A fault of one meter is a remark beside the other rows; a fault of the file is
 * thrown before any row of it is given.
 *
 * @module
 */

/** One meter, in the columns of the import route; keys are hex. */
export interface MeterRow {
  readonly address: string;
  readonly profile?: string;
  readonly key?: string;
  readonly auth_key?: string;
  readonly master_key?: string;
  readonly name?: string;
  readonly order?: string;
}

/** What is said of one meter of a file. */
export interface ReadRemark {
  /** Number of the meter in the file, or of its line, from 1. */
  readonly line: number;
  readonly code: RemarkCode;
  readonly detail: string;
}

export type RemarkCode =
  /** The file does not say which meter it is. */
  | "METER_NAMELESS"
  /** The file does not say who made it. */
  | "MAKER_MISSING"
  /** No key, where this form always has one. */
  | "KEY_MISSING"
  /** A key that is no key of this form: not hex, not 16 characters. */
  | "KEY_FORMAT"
  /** Two keys of the same kind for one meter. */
  | "KEY_AMBIGUOUS"
  /** The message authentication code does not fit: another passphrase, or altered. */
  | "KEY_INTEGRITY"
  /** A key of a kind that the service has no use for is left out. */
  | "KEY_UNUSED"
  /** Keys made of text have little entropy. */
  | "KEY_TEXT"
  /** The line is not of this form. */
  | "LINE_FORMAT";

/** What one place of a file gives: a row, why not, or something to be warned of. */
export type Found =
  | { readonly line: number; readonly row: MeterRow; readonly warnings?: readonly ReadRemark[] }
  | { readonly line: number; readonly rejected: ReadRemark };

/** One place of a file that gives no row. */
export function rejected(line: number, code: RemarkCode, detail: string): Found {
  return { line, rejected: { line, code, detail } };
}

export type ReadErrorCode =
  | "XML_ENCODING"
  /** A document type declaration: entities could be defined in it. */
  | "XML_DTD"
  | "XML_ENTITY"
  | "XML_DEPTH"
  | "XML_SIZE"
  | "XML_ATTRIBUTES"
  | "XML_FORMAT"
  | "ZIP_FORMAT"
  | "ZIP_SIZE"
  /** Not exactly one key file in the archive. */
  | "ZIP_CONTENT"
  /** Well formed, and not a file of this form. */
  | "FILE_FORMAT"
  /** Encrypted with something that this release does not read, or should not. */
  | "CIPHER_UNSUPPORTED"
  /** The file is encrypted and no secret was given. */
  | "PASSPHRASE_MISSING"
  | "PASSPHRASE_WRONG"
  /** Encrypted without a message authentication code: anybody could have altered it. */
  | "MAC_MISSING"
  /** The signature is broken, or is not over the whole document. */
  | "SIGNATURE_INVALID"
  /** Signed in a way that this release does not accept. */
  | "SIGNATURE_UNSUPPORTED"
  /** Signed by another than the pinned signer, or by nobody. */
  | "SIGNER_MISMATCH";

/** A file that cannot be read; never quotes it. */
export class ReadError extends Error {
  override readonly name = "ReadError";
  readonly code: ReadErrorCode;

  constructor(code: ReadErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Who signed a file: the certificate's subject and the SHA-256 of the certificate, hex. */
export interface Signer {
  readonly subject: string;
  readonly fingerprint: string;
  /** Whether the caller had named this signer before. */
  readonly pinned: boolean;
}

/** A verified signature: who made it, and the text that it covers. */
export interface SignedText {
  readonly signer: Signer;
  readonly text: string;
}

/**
 * Verifies the signature of an XML document, if there is one; null = it is not signed.
 *
 * @throws {@link ReadError} `SIGNATURE_INVALID`, `SIGNATURE_UNSUPPORTED`, `SIGNER_MISMATCH`
 */
export type CheckSignature = (xml: string) => SignedText | null;

/** The meters of a file that was read as a whole. */
export interface MeterFile {
  readonly form: "kem" | "kem2" | "pskc";
  /** Null = nobody signed it. */
  readonly signer: Signer | null;
  /** May be gone through more than once. */
  readonly meters: Iterable<Found>;
}
