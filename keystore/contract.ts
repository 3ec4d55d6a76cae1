/**
 * What the keystore does for its callers, in types.
 *
 * Rows travel wrapped; the caller's database is no part of this folder. `uid` and `customer` are
 * 16 raw bytes and enter the AAD of every wrapped row, so that a row moved to another meter,
 * customer, type or version does not open.
 *
 * @module
 */
import type { DecryptFrame, DecryptOutcome, KeyTrial } from "./frame-contract.ts";

/** `root` is a generated AES-256 key, only ever input of the derivation; the others are imported. */
export type KeyType = "root" | "mk" | "dek" | "guek" | "gak" | "kek" | DeviceKeyType;

/** LoRaWAN's AppKey or the two keys of a session; the content key of a collector. */
type DeviceKeyType = "appkey" | "appskey" | "nwkskey" | "cek";

export type Profile =
  | "wmbus"
  | "oms-a"
  | "oms-b"
  | "oms-d"
  | "ell"
  | "dlms-suite-0"
  | "dlms-suite-1"
  | "dlms-suite-2"
  | "lorawan"
  | "cose";

/** The customer's own key, as stored: wrapped under the root key. */
export interface CustomerKeyRef {
  readonly customer: Uint8Array;
  readonly version: number;
  readonly wrapped: Uint8Array;
}

/** A meter's key, as stored: wrapped under its customer's key. */
export interface StoredKey {
  readonly uid: Uint8Array;
  readonly type: KeyType;
  readonly version: number;
  readonly origin: "generated" | "imported";
  /** Plaintext length in bytes, 16 or 32. */
  readonly length: number;
  readonly wrapped: Uint8Array;
}

export interface NewMeterKey {
  readonly uid: Uint8Array;
  readonly version: number;
  readonly profile: Profile;
}

export interface ImportKey {
  readonly uid: Uint8Array;
  readonly type: Exclude<KeyType, "root">;
  readonly version: number;
  readonly key: Uint8Array;
}

export interface NewKey {
  readonly wrapped: Uint8Array;
  /** HMAC-SHA-256(key `fingerprint`, length ‖ key)[0:16]; empty for generated keys. */
  readonly fingerprint: Uint8Array;
  /** Key check value of the delivered key, 6 hex digits; empty unless asked for. */
  readonly kcv: string;
}

/** The key versions to try for one frame, newest first; one entry holds the rows of a version. */
export interface DecryptKeys {
  readonly customer: number;
  readonly profile: Profile;
  readonly versions: readonly (readonly StoredKey[])[];
}

export type SignPurpose = "log-signing" | "package-signing" | "intake";
export type MacPurpose = "access";
export type ServicePurpose = SignPurpose | MacPurpose | "fingerprint" | "pseudonym";

/** A key of the service itself, wrapped under the root key; signing keys carry their public half. */
export interface ServiceKeyRow {
  readonly purpose: ServicePurpose;
  readonly version: number;
  readonly wrapped: Uint8Array;
  readonly publicKey: Uint8Array | null;
}

export interface SealMeter {
  /** Copied into the package as they are. */
  readonly address: string;
  readonly meter: string;
  readonly name: string | null;
  readonly manufacturer: string;
  readonly serial: string;
  readonly profile: Profile;
  /** The rows of the version to hand over. */
  readonly keys: readonly StoredKey[];
}

/** The enrolled recipient of an inner layer: a file that only its own key opens. */
export interface SealRecipient {
  readonly kind: "age" | "cms" | "rsa-oaep" | "aes-kwp";
  /** 16 raw bytes; enters the AAD of a stored KEK. */
  readonly uid: Uint8Array;
  /** Eight groups of four hex digits, as compared by phone. */
  readonly fingerprint: string;
  /**
   * The bytes inside an age recipient's text; a certificate or an RSA key's SubjectPublicKeyInfo
   * in DER; a KEK as it was wrapped.
   */
  readonly key: Uint8Array;
  /** Only a client with the recipient's own certificate may claim. */
  readonly demandsCertificate: boolean;
}

export interface SealRequest {
  readonly customerKey: CustomerKeyRef;
  readonly meters: readonly SealMeter[];
  readonly reference: string;
  readonly customer: string;
  readonly sender: string;
  readonly to: string;
  readonly purpose: string;
  /** RFC 3339 UTC with milliseconds. */
  readonly createdAt: string;
  readonly expiresAt: string;
  /** The log's current signed checkpoint (signed note). */
  readonly checkpoint: string;
  /** Absent: the keys lie open in the package. */
  readonly recipient?: SealRecipient;
}

/** A KEK as it is stored, and what two people compare. */
export interface RecipientKek {
  readonly wrapped: Uint8Array;
  /** AES-CMAC(KEK, 16 zero bytes): an HSM computes it without giving the key out. */
  readonly check: Uint8Array;
}

/** Who a pseudonym is, as it is stored. Erasing the wrapped key erases the rest. */
export interface SealedIdentity {
  /** 16 raw bytes of the pseudonym's id; enters both AADs. */
  readonly uid: Uint8Array;
  /** Its own key, wrapped under the service key `pseudonym`. */
  readonly wrapped: Uint8Array;
  /** IV ‖ ciphertext ‖ tag. */
  readonly sealed: Uint8Array;
}

/**
 * A package sealed by MKX/1. `fragment` and `pin` are secrets for the recipient: shown once by
 * `link create` and stored nowhere. The rest goes to the exchange, byte for byte.
 */
export interface SealedPackage {
  /** F, 43 base64url characters. */
  readonly fragment: string;
  /** Nine symbols as shown to people, `K7QF-3M9X-T`. */
  readonly pin: string;
  /** 16 bytes. */
  readonly linkId: Uint8Array;
  /** Exact header bytes (JSON, UTF-8). */
  readonly header: Uint8Array;
  /** C: AES-256-GCM ciphertext ‖ tag. */
  readonly ciphertext: Uint8Array;
  /** S, 32 bytes. */
  readonly share: Uint8Array;
  readonly authHash: Uint8Array;
  readonly pinHash: Uint8Array;
  readonly receiptHash: Uint8Array;
  /** SHA-256 of the package plaintext: what a receipt must name. */
  readonly packageHash: Uint8Array;
  /** SHA-256 over the key check values (6 ASCII hex digits each) in package order. */
  readonly kcvHash: Uint8Array;
  readonly keyCount: number;
}

export interface KeystoreOptions {
  readonly rootKeyFile: string;
  /** Worker threads; default one per core. */
  readonly threads?: number;
  /** How long an unwrapped key may be kept; 0 = not at all. */
  readonly keyCacheSeconds: number;
}

export interface Keystore {
  /** Draws a key of the service itself. */
  createServiceKey(purpose: ServicePurpose): Promise<ServiceKeyRow>;
  /**
   * Unwraps the service keys in every worker (the canary: a wrong root key fails here).
   *
   * @throws {@link KeystoreError} `KEY_INTEGRITY`
   */
  load(rows: readonly ServiceKeyRow[]): Promise<void>;
  /** Draws a customer's key and answers it wrapped under the root key. */
  createCustomerKey(customer: Uint8Array, version: number): Promise<Uint8Array>;
  /** Draws one AES-256 key per meter. */
  generate(
    customerKey: CustomerKeyRef,
    meters: readonly NewMeterKey[],
    wantKcv: boolean,
  ): Promise<NewKey[]>;
  /** Wraps keys made elsewhere. @throws {@link KeystoreError} `KEY_LENGTH` */
  importKeys(customerKey: CustomerKeyRef, keys: readonly ImportKey[]): Promise<NewKey[]>;
  /** Wraps a recipient's symmetric KEK. @throws {@link KeystoreError} `KEY_LENGTH` */
  importRecipientKek(
    customerKey: CustomerKeyRef,
    uid: Uint8Array,
    kek: Uint8Array,
  ): Promise<RecipientKek>;
  /** Key check value of the main delivered key (mk, dek or guek) of one version of one meter. */
  keyCheckValue(
    customerKey: CustomerKeyRef,
    profile: Profile,
    rows: readonly StoredKey[],
  ): Promise<string>;
  /** Opens frames; outcomes in request order. A damaged row spoils only its own frames. */
  decrypt(
    customerKeys: readonly CustomerKeyRef[],
    keys: readonly DecryptKeys[],
    frames: readonly DecryptFrame[],
  ): Promise<DecryptOutcome[]>;
  /**
   * Tries a meter's keys on its frames, versions newest first; answers how they fit.
   *
   * @throws {@link KeystoreError} `KEY_INTEGRITY`
   */
  tryKeys(
    customerKey: CustomerKeyRef,
    profile: Profile,
    versions: readonly (readonly StoredKey[])[],
    frames: readonly DecryptFrame[],
  ): Promise<KeyTrial[]>;
  /** Seals keys for one recipient (MKX/1). @throws {@link KeystoreError} `RECIPIENT_KEY` */
  seal(request: SealRequest): Promise<SealedPackage>;
  /** Ed25519 signature, 64 bytes. */
  sign(purpose: SignPurpose, message: Uint8Array): Promise<Uint8Array>;
  /** HMAC-SHA-256, 32 bytes. */
  mac(purpose: MacPurpose, message: Uint8Array): Promise<Uint8Array>;
  /** Seals who a pseudonym is, under a key of its own. */
  sealIdentity(uid: Uint8Array, text: Uint8Array): Promise<SealedIdentity>;
  /** Opens identities in order; null for one that does not open. */
  openIdentities(rows: readonly SealedIdentity[]): Promise<(Uint8Array | null)[]>;
  /** Forgets every cached key in every worker, before it answers. */
  evict(): Promise<void>;
  close(): Promise<void>;
}
