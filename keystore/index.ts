/**
 * The keystore: the only folder in which plaintext keys exist.
 *
 * Callers name keys and never hold them: every operation takes wrapped rows and answers with
 * something that is not a key. The class that holds key bytes is missing here on purpose.
 *
 * @module
 */
export type {
  CustomerKeyRef,
  DecryptKeys,
  ImportKey,
  Keystore,
  KeystoreOptions,
  KeyType,
  MacPurpose,
  NewKey,
  NewMeterKey,
  Profile,
  RecipientKek,
  SealedIdentity,
  SealedPackage,
  SealMeter,
  SealRecipient,
  SealRequest,
  ServiceKeyRow,
  SignPurpose,
  StoredKey,
} from "./contract.ts";
export { KeystoreError, type KeystoreErrorCode } from "./errors.ts";
export type {
  DecryptFrame,
  DecryptOutcome,
  FrameBody,
  KeyTrial,
  SealedInitiate,
  Suite,
  Verification,
} from "./frame-contract.ts";
export { openKeystore } from "./keystore.ts";
export { createRootKeyFile } from "./roots/key-file.ts";
export { isStrong } from "./verification.ts";
