/**
 * The operations of the keystore, as they run inside a worker thread.
 *
 * This is the only code that turns wrapped rows into usable keys. It answers with wrapped rows,
 * plaintext frames, sealed packages, signatures and check values; never with a key.
 *
 * @module
 */
import type {
  CustomerKeyRef,
  DecryptFrame,
  DecryptKeys,
  DecryptOutcome,
  ImportKey,
  MacPurpose,
  NewKey,
  NewMeterKey,
  Profile,
  SealedPackage,
  SealRequest,
  ServiceKeyRow,
  ServicePurpose,
  SignPurpose,
  StoredKey,
} from "./contract.ts";
import { KeystoreError } from "./errors.ts";
import { keyCheckValue, keyFingerprint } from "./kcv.ts";
import { createKeyCache, type FrameKeys, meterLabel } from "./key-cache.ts";
import { mainKeyCheckValue, sealPackage } from "./seal.ts";
import { SecretKey } from "./secret-key.ts";
import { createServiceKeys } from "./service-keys.ts";
import { tryFrame } from "./try-frame.ts";
import { NO_ID, unwrapKey, type WrappingKey, wrapKey } from "./wrap.ts";

/** What a worker answers, one member per operation of the keystore. */
export interface Engine {
  createServiceKey(purpose: ServicePurpose): ServiceKeyRow;
  load(rows: readonly ServiceKeyRow[]): void;
  createCustomerKey(customer: Uint8Array, version: number): Uint8Array;
  generate(under: CustomerKeyRef, meters: readonly NewMeterKey[], wantKcv: boolean): NewKey[];
  importKeys(under: CustomerKeyRef, keys: readonly ImportKey[]): NewKey[];
  keyCheckValue(under: CustomerKeyRef, profile: Profile, rows: readonly StoredKey[]): string;
  decrypt(
    customerKeys: readonly CustomerKeyRef[],
    keys: readonly DecryptKeys[],
    frames: readonly DecryptFrame[],
  ): DecryptOutcome[];
  seal(request: SealRequest): SealedPackage;
  sign(purpose: SignPurpose, message: Uint8Array): Uint8Array;
  mac(purpose: MacPurpose, message: Uint8Array): Uint8Array;
  sweep(): void;
  evict(): void;
}

export function createEngine(root: WrappingKey, keyCacheSeconds: number): Engine {
  const service = createServiceKeys(root);
  const cache = createKeyCache(keyCacheSeconds);

  /** Runs `work` with the customer's key in hand and wipes it afterwards. */
  function under<T>(ref: CustomerKeyRef, work: (key: WrappingKey) => T): T {
    using key = openCustomerKey(ref);
    return work({ id: ref.customer, version: ref.version, key });
  }

  function openCustomerKey(ref: CustomerKeyRef): SecretKey {
    return unwrapKey(root, customerLabel(ref.customer, ref.version), ref.wrapped);
  }

  return {
    createServiceKey: (purpose) => service.create(purpose),
    load: (rows) => service.load(rows),

    createCustomerKey(customer, version) {
      using key = SecretKey.generate();
      return wrapKey(root, customerLabel(customer, version), key);
    },

    generate: (ref, meters, wantKcv) =>
      under(ref, (wrapping) =>
        meters.map(({ uid, version, profile }) => {
          using key = SecretKey.generate();
          const row = { uid, type: "root", version, origin: "generated", length: 32 } as const;
          const wrapped = wrapKey(wrapping, meterLabel(wrapping, row), key);
          return {
            wrapped,
            // Random 256-bit keys do not meet: only imported keys are looked up by fingerprint.
            fingerprint: new Uint8Array(0),
            kcv: wantKcv ? mainKeyCheckValue(wrapping, profile, [{ ...row, wrapped }]) : "",
          };
        }),
      ),

    importKeys: (ref, keys) =>
      under(ref, (wrapping) =>
        keys.map(({ uid, type, version, key }) => {
          using secret = SecretKey.adopt(Uint8Array.from(key));
          key.fill(0);
          const row = { uid, type, version, origin: "imported", length: secret.length } as const;
          return {
            wrapped: wrapKey(wrapping, meterLabel(wrapping, row), secret),
            fingerprint: keyFingerprint(service.fingerprintKey(), secret),
            kcv: keyCheckValue(secret),
          };
        }),
      ),

    keyCheckValue: (ref, profile, rows) =>
      under(ref, (wrapping) => mainKeyCheckValue(wrapping, profile, rows)),

    decrypt(customerKeys, keys, frames) {
      const customers = customerKeys.map((ref) => lazily(() => openCustomerKey(ref)));
      const opened = keys.map((entry) =>
        entry.versions.map((rows) =>
          lazily((): FrameKeys | null => {
            const ref = customerKeys[entry.customer];
            const key = customers[entry.customer]?.();
            if (ref === undefined || key === undefined) {
              throw new KeystoreError("KEY_MISSING", "decrypt: no such customer key");
            }
            try {
              const wrapping = { id: ref.customer, version: ref.version, key };
              return cache.open(wrapping, entry.profile, rows);
            } catch (error) {
              if (error instanceof KeystoreError && error.code === "KEY_INTEGRITY") {
                return null;
              }
              throw error;
            }
          }),
        ),
      );
      const outcomes = frames.map((frame) => {
        const entry = keys[frame.keys];
        const versions = opened[frame.keys];
        return entry === undefined || versions === undefined
          ? ({ ok: false, code: "NO_KEY", tried: [] } as const)
          : tryFrame(frame, entry, versions);
      });
      for (const customer of customers) {
        customer.done()?.[Symbol.dispose]();
      }
      if (keyCacheSeconds === 0) {
        cache.evict();
      }
      return outcomes;
    },

    seal: (request) =>
      under(request.customerKey, (wrapping) => sealPackage(wrapping, service, request)),
    sign: (purpose, message) => service.sign(purpose, message),
    mac: (purpose, message) => service.mac(purpose, message),
    sweep: () => cache.sweep(),
    evict: () => cache.evict(),
  };
}

function customerLabel(customer: Uint8Array, version: number) {
  return {
    purpose: "customer",
    type: "none",
    origin: "generated",
    length: 32,
    customer,
    uid: NO_ID,
    version,
  } as const;
}

export interface Lazy<T> {
  (): T;
  /** The value if it was ever made. */
  done(): T | undefined;
}

function lazily<T>(make: () => T): Lazy<T> {
  let value: { readonly it: T } | undefined;
  const get = (): T => {
    value ??= { it: make() };
    return value.it;
  };
  return Object.assign(get, { done: () => value?.it });
}
