/**
 * The service's own keys inside a worker: signing (Ed25519, RFC 8032), MAC and fingerprint.
 *
 * Each purpose has a random key of its own, wrapped under the root key like any other.
 *
 * @module
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
} from "node:crypto";
import type { MacPurpose, ServiceKeyRow, ServicePurpose, SignPurpose } from "./contract.ts";
import { KeystoreError } from "./errors.ts";
import { SecretKey } from "./secret-key.ts";
import { NO_ID, unwrapKey, type WrappingKey, wrapKey } from "./wrap.ts";

/** PKCS #8 of an Ed25519 seed (RFC 8410 §7): this prefix and 32 bytes. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
/** The public key is the last 32 bytes of its SubjectPublicKeyInfo (RFC 8410 §4). */
const PUBLIC_LENGTH = 32;

const SIGNING: ReadonlySet<ServicePurpose> = new Set(["log-signing", "package-signing", "intake"]);

export interface ServiceKeys {
  create(purpose: ServicePurpose): ServiceKeyRow;
  load(rows: readonly ServiceKeyRow[]): void;
  sign(purpose: SignPurpose, message: Uint8Array): Uint8Array;
  publicKey(purpose: SignPurpose): Uint8Array;
  mac(purpose: MacPurpose, message: Uint8Array): Uint8Array;
  fingerprintKey(): SecretKey;
  /** Wraps the keys of identities. */
  pseudonymKey(): WrappingKey;
}

export function createServiceKeys(root: WrappingKey): ServiceKeys {
  const secrets = new Map<ServicePurpose, SecretKey>();
  const signers = new Map<ServicePurpose, KeyObject>();

  function secret(purpose: ServicePurpose): SecretKey {
    const key = secrets.get(purpose);
    if (key === undefined) {
      throw new KeystoreError("KEY_MISSING", `service key ${purpose}: not loaded`);
    }
    return key;
  }

  function signer(purpose: SignPurpose): KeyObject {
    let key = signers.get(purpose);
    if (key === undefined) {
      key = privateKey(secret(purpose));
      signers.set(purpose, key);
    }
    return key;
  }

  return {
    create(purpose) {
      using key = SecretKey.generate();
      return {
        purpose,
        version: 1,
        wrapped: wrapKey(root, label(purpose, 1), key),
        publicKey: SIGNING.has(purpose) ? publicHalf(privateKey(key)) : null,
      };
    },
    load(rows) {
      for (const row of rows) {
        secrets.set(row.purpose, unwrapKey(root, label(row.purpose, row.version), row.wrapped));
      }
    },
    sign: (purpose, message) => signBytes(null, message, signer(purpose)),
    publicKey: (purpose) => publicHalf(signer(purpose)),
    mac: (purpose, message) =>
      secret(purpose).use((key) => createHmac("sha256", key).update(message).digest()),
    fingerprintKey: () => secret("fingerprint"),
    pseudonymKey: () => ({ id: NO_ID, version: 1, key: secret("pseudonym") }),
  };
}

function label(purpose: ServicePurpose, version: number) {
  return {
    purpose,
    type: "none",
    origin: "generated",
    length: 32,
    customer: NO_ID,
    uid: NO_ID,
    version,
  } as const;
}

function privateKey(seed: SecretKey): KeyObject {
  const der = Buffer.alloc(PKCS8_PREFIX.length + seed.length);
  PKCS8_PREFIX.copy(der);
  seed.use((bytes) => der.set(bytes, PKCS8_PREFIX.length));
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  der.fill(0);
  return key;
}

function publicHalf(key: KeyObject): Uint8Array {
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return new Uint8Array(der.subarray(der.length - PUBLIC_LENGTH));
}
