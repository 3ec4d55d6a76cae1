/**
 * Wraps keys under keys, for storage: AES-256-GCM (NIST SP 800-38D) with a random 96-bit IV.
 *
 * The AAD is of fixed width and says what the row is and whose: a row moved to another meter or
 * customer, or relabelled with another type, origin or version, does not open. Under one
 * wrapping key stay below 2^32 wraps (SP 800-38D §8.3).
 *
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { KeyType, ServicePurpose } from "./contract.ts";
import { KeystoreError } from "./errors.ts";
import { SecretKey } from "./secret-key.ts";

/** What a wrapped row is; every field enters the AAD. */
export interface WrapLabel {
  readonly purpose: ServicePurpose | "customer" | "meter" | "recipient" | "identity";
  readonly type: KeyType | "none";
  readonly origin: "generated" | "imported";
  readonly length: number;
  /** 16 bytes each; zero where the row belongs to no customer or no meter. */
  readonly customer: Uint8Array;
  readonly uid: Uint8Array;
  readonly version: number;
}

/** A key that wraps others: the root key (id zero, version = epoch) or a customer's key. */
export interface WrappingKey {
  readonly id: Uint8Array;
  readonly version: number;
  readonly key: SecretKey;
}

export const NO_ID = new Uint8Array(16);

const CONTEXT = Buffer.from("meterseal/wrap/1", "ascii");
const ALG_AES_256_GCM = 1;
const IV_LENGTH = 12;
const TAG_LENGTH = 16;
const AAD_LENGTH = CONTEXT.length + 5 + 16 + 16 + 4 + 16 + 4;

const PURPOSES: Record<WrapLabel["purpose"], number> = {
  customer: 1,
  meter: 2,
  "log-signing": 3,
  "package-signing": 4,
  intake: 5,
  access: 6,
  fingerprint: 7,
  pseudonym: 8,
  recipient: 9,
  identity: 10,
};
const TYPES: Record<WrapLabel["type"], number> = {
  none: 0,
  root: 1,
  mk: 2,
  dek: 3,
  guek: 4,
  gak: 5,
  kek: 6,
  appkey: 7,
  appskey: 8,
  nwkskey: 9,
  cek: 10,
};
const ORIGINS = { generated: 1, imported: 2 } as const;

/** Answers alg ‖ IV ‖ ciphertext ‖ tag. */
export function wrapKey(under: WrappingKey, label: WrapLabel, key: SecretKey): Uint8Array {
  const out = Buffer.alloc(1 + IV_LENGTH + key.length + TAG_LENGTH);
  const iv = randomBytes(IV_LENGTH);
  out[0] = ALG_AES_256_GCM;
  iv.copy(out, 1);
  under.key.use((kek) => {
    const cipher = createCipheriv("aes-256-gcm", kek, iv);
    cipher.setAAD(wrapAad(under, label));
    key.use((bytes) => cipher.update(bytes)).copy(out, 1 + IV_LENGTH);
    cipher.final();
    cipher.getAuthTag().copy(out, 1 + IV_LENGTH + key.length);
  });
  return out;
}

/**
 * Opens a stored key. The caller owns the result.
 *
 * @throws {@link KeystoreError} `KEY_INTEGRITY`: damaged, moved, relabelled or under another
 *   key; the cases look the same.
 */
export function unwrapKey(under: WrappingKey, label: WrapLabel, stored: Uint8Array): SecretKey {
  if (stored.length !== 1 + IV_LENGTH + label.length + TAG_LENGTH || stored[0] !== 1) {
    throw integrity();
  }
  const body = stored.length - TAG_LENGTH;
  const plain = under.key.use((kek) => {
    const decipher = createDecipheriv("aes-256-gcm", kek, stored.subarray(1, 1 + IV_LENGTH), {
      authTagLength: TAG_LENGTH,
    });
    decipher.setAAD(wrapAad(under, label));
    decipher.setAuthTag(stored.subarray(body));
    const bytes = decipher.update(stored.subarray(1 + IV_LENGTH, body));
    try {
      decipher.final();
    } catch (cause) {
      bytes.fill(0);
      throw integrity(cause);
    }
    return bytes;
  });
  return SecretKey.adopt(plain);
}

/** The additional authenticated data of a row, fixed width. */
export function wrapAad(under: WrappingKey, label: WrapLabel): Buffer {
  const aad = Buffer.alloc(AAD_LENGTH);
  let at = CONTEXT.copy(aad);
  aad[at++] = ALG_AES_256_GCM;
  aad[at++] = PURPOSES[label.purpose];
  aad[at++] = TYPES[label.type];
  aad[at++] = ORIGINS[label.origin];
  aad[at++] = label.length;
  aad.set(label.customer.subarray(0, 16), at);
  aad.set(label.uid.subarray(0, 16), at + 16);
  at = aad.writeUInt32BE(label.version, at + 32);
  aad.set(under.id.subarray(0, 16), at);
  aad.writeUInt32BE(under.version, at + 16);
  return aad;
}

function integrity(cause?: unknown): KeystoreError {
  return new KeystoreError(
    "KEY_INTEGRITY",
    "wrapped key: does not open under this key and label",
    cause === undefined ? undefined : { cause },
  );
}
