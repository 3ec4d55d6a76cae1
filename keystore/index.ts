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
  DecryptFrame,
  DecryptKeys,
  DecryptOutcome,
  FrameBody,
  ImportKey,
  Keystore,
  KeystoreOptions,
  KeyTrial,
  KeyType,
  MacPurpose,
  NewKey,
  NewMeterKey,
  Profile,
  SealedInitiate,
  SealedPackage,
  SealMeter,
  SealRequest,
  ServiceKeyRow,
  SignPurpose,
  StoredKey,
  Suite,
  Verification,
} from "./contract.ts";
export { KeystoreError, type KeystoreErrorCode } from "./errors.ts";
export { openKeystore } from "./keystore.ts";
export { createRootKeyFile } from "./roots/key-file.ts";
export { isStrong } from "./verification.ts";
