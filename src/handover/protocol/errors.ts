/**
 * Errors of the hand-over, the same on the page, in the command line client and in the core.
 *
 * Callers branch on `code`, never on `message`. A message never carries a link, a PIN, a key or
 * anything derived from them.
 *
 * @module
 */

export type HandoverErrorCode =
  /** The text is no link: truncated, changed, or without its fragment. */
  | "LINK_FORMAT"
  /** The PIN has the wrong length or its check symbol does not fit. */
  | "PIN_FORMAT"
  /** The PIN is well formed and not the one of this link. */
  | "PIN_WRONG"
  /** The exchange does not know this link, or it does not know this fragment. */
  | "LINK_UNKNOWN"
  /** Somebody else has collected it. */
  | "LINK_COLLECTED"
  /** It was collected and its receipt confirmed: nothing is left to hand out. */
  | "LINK_CONFIRMED"
  | "LINK_EXPIRED"
  | "LINK_LAPSED"
  | "LINK_LOCKED"
  | "LINK_REVOKED"
  /** The link is for a machine with a certificate of its own, and this was not shown. */
  | "CLIENT_CERTIFICATE"
  /** A public key is no point of P-256. */
  | "KEY_POINT"
  /** The sealed share does not open: another key pair, or altered on the way. */
  | "SHARE_INTEGRITY"
  /** The package does not decrypt: altered, or not of this link, PIN and share. */
  | "PACKAGE_INTEGRITY"
  /** The package decrypts and is not of the shape MKX/1 demands. */
  | "PACKAGE_FORMAT"
  /** The manifest's signature does not verify, or its rows are not the signed ones. */
  | "PACKAGE_SIGNATURE"
  /** The manifest is signed and speaks of another link, header, count or time. */
  | "PACKAGE_MISMATCH"
  /** Signed by another package key than the one that was pinned. */
  | "ISSUER_MISMATCH"
  /** A receipt does not fit the package, or its signature does not verify. */
  | "RECEIPT_INVALID"
  /** A signed statement of the exchange does not verify. */
  | "HEAD_INVALID"
  /** A chain of events has a gap, a fork or a changed event. */
  | "CHAIN_BROKEN"
  /** The exchange did not answer, or could not; trying again may help. */
  | "EXCHANGE_UNAVAILABLE"
  /** The exchange answered with something that MKX/1 does not know. */
  | "EXCHANGE_ANSWER"
  /** An address would send secrets without TLS over a network. */
  | "INSECURE_URL"
  /** The file of a broken-off collection is not one, or is of another link. */
  | "RESUME_FORMAT";

export class HandoverError extends Error {
  override readonly name = "HandoverError";
  readonly code: HandoverErrorCode;

  constructor(code: HandoverErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
