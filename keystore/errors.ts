/**
 * Errors the keystore raises.
 *
 * Callers branch on `code`, never on `message`. A message names the operation, and never carries
 * bytes of a key, a PIN or a plaintext.
 *
 * @module
 */

export type KeystoreErrorCode =
  /** A wrapped row does not open: damaged, moved, relabelled, or another root key. */
  | "KEY_INTEGRITY"
  /** A key has a length that its type does not allow. */
  | "KEY_LENGTH"
  /** The root key file is missing, malformed or readable by others. */
  | "ROOT_KEY"
  /** The operation needs a key that was not loaded. */
  | "KEY_MISSING"
  /** An enrolled recipient's public key or certificate cannot be used. */
  | "RECIPIENT_KEY"
  /** A worker thread died; the operation may be tried again. */
  | "KEYSTORE_DOWN";

export class KeystoreError extends Error {
  override readonly name = "KeystoreError";
  readonly code: KeystoreErrorCode;

  constructor(code: KeystoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
