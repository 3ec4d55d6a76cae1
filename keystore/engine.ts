/**
 * The operations of the keystore, as they run inside a worker thread.
 *
 * This is the only code that turns wrapped rows into usable keys. It answers with wrapped rows,
 * plaintext frames, sealed packages, signatures and check values; never with a key.
 *
 * @module
 */
import type { MessagePort } from "node:worker_threads";
import type {
  CustomerKeyRef,
  ImportKey,
  MacPurpose,
  NewKey,
  NewMeterKey,
  Profile,
  RecipientKek,
  SealedIdentity,
  SealedPackage,
  SealRequest,
  ServiceKeyRow,
  ServicePurpose,
  SignPurpose,
  StoredKey,
} from "./contract.ts";
import { KeystoreError } from "./errors.ts";
import type { DecryptFrame, KeyTrial } from "./frame-contract.ts";
import { type Customer, heldCustomer } from "./held-customer.ts";
import { openIdentity, sealIdentity } from "./identities.ts";
import { keyCheckValue, keyFingerprint } from "./kcv.ts";
import { createKeyCache } from "./key-cache.ts";
import { type FrameKeys, meterLabel, openFrameKeys } from "./open-keys.ts";
import { openPart, type PackedRows, unpackRows } from "./packed.ts";
import { PackedWriter } from "./packed-bytes.ts";
import { packOutcome } from "./packed-outcomes.ts";
import { importRecipientKek } from "./recipients/recipient-kek.ts";
import { mainKeyCheckValue, sealPackage } from "./seal.ts";
import { writeRowsFor } from "./seal-helpers.ts";
import { SecretKey } from "./secret-key.ts";
import { createServiceKeys } from "./service-keys.ts";
import { tryFrame } from "./try-frame.ts";
import { tryKeys } from "./try-keys.ts";
import { NO_ID, unwrapKey, type WrappingKey, wrapKey } from "./wrap.ts";

/** What a worker answers, one member per operation of the keystore. */
export interface Engine {
  createServiceKey(purpose: ServicePurpose): ServiceKeyRow;
  load(rows: readonly ServiceKeyRow[]): void;
  createCustomerKey(customer: Uint8Array, version: number): Uint8Array;
  generate(under: CustomerKeyRef, meters: readonly NewMeterKey[], wantKcv: boolean): NewKey[];
  importKeys(under: CustomerKeyRef, keys: readonly ImportKey[]): NewKey[];
  keyCheckValue(under: CustomerKeyRef, profile: Profile, rows: readonly StoredKey[]): string;
  /** One part of a batch, packed, to its outcomes, packed. */
  decrypt(part: ArrayBuffer): ArrayBuffer;
  tryKeys(
    under: CustomerKeyRef,
    profile: Profile,
    versions: readonly (readonly StoredKey[])[],
    frames: readonly DecryptFrame[],
  ): KeyTrial[];
  importRecipientKek(under: CustomerKeyRef, uid: Uint8Array, kek: Uint8Array): RecipientKek;
  /** The meters come packed in slices; who listens at `helpers` writes some of them. */
  seal(
    request: Omit<SealRequest, "meters">,
    slices: readonly ArrayBuffer[],
    helpers: readonly MessagePort[],
  ): Promise<SealedPackage>;
  /** Writes rows for another worker's seal, at the port between the two, until that closes it. */
  assist(port: MessagePort): void;
  sign(purpose: SignPurpose, message: Uint8Array): Uint8Array;
  mac(purpose: MacPurpose, message: Uint8Array): Uint8Array;
  sealIdentity(uid: Uint8Array, text: Uint8Array): SealedIdentity;
  openIdentities(rows: readonly SealedIdentity[]): (Uint8Array | null)[];
  sweep(): void;
  evict(): void;
}

export function createEngine(root: WrappingKey, keyCacheSeconds: number): Engine {
  const service = createServiceKeys(root);
  const cache = createKeyCache(keyCacheSeconds);
  const out = new PackedWriter(1 << 16);

  /** Runs `work` with the customer's key in hand and wipes it afterwards. */
  function under<T>(ref: CustomerKeyRef, work: (key: WrappingKey) => T): T {
    using key = openCustomerKey(ref);
    return work({ id: ref.customer, version: ref.version, key });
  }

  function openCustomerKey(ref: CustomerKeyRef): SecretKey {
    return unwrapKey(root, customerLabel(ref.customer, ref.version), ref.wrapped);
  }

  /** Null when a row, the meter's or its customer's, does not open: its frames alone are spoilt. */
  function openVersion(customer: Customer, profile: Profile, packed: PackedRows): FrameKeys | null {
    return orNull(() =>
      cache.open(`${profile}:${customer.identity}`, packed, () =>
        openFrameKeys(
          { id: customer.ref.customer, version: customer.ref.version, key: customer.open() },
          profile,
          unpackRows(packed.rows),
        ),
      ),
    );
  }

  function keyVersion(customer: Customer, profile: Profile, packed: PackedRows) {
    let keys: FrameKeys | null | undefined;
    return {
      version: packed.version,
      open: () => {
        keys = keys === undefined ? openVersion(customer, profile, packed) : keys;
        return keys;
      },
    };
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
          // This thread's own copy: wiped at the end of the block, whatever happens in it.
          using secret = SecretKey.adopt(key);
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

    decrypt(buffer) {
      const part = openPart(buffer);
      out.begin();
      const customers = part.customerKeys.map((ref) => heldCustomer(ref, openCustomerKey));
      try {
        const meters = part.keys.map(({ customer, profile, versions }) =>
          versions.map((packed) => keyVersion(customers[customer]!, profile, packed)),
        );
        for (let frame = part.next(); frame !== null; frame = part.next()) {
          const outcome = tryFrame(frame, meters[frame.keys]!);
          packOutcome(out, outcome);
          if (outcome.ok) {
            outcome.plaintext.fill(0);
          }
        }
        return out.finish();
      } finally {
        for (const customer of customers) {
          customer.close();
        }
        // Not before: the keys of this batch are in use until its end.
        cache.trim();
        if (keyCacheSeconds === 0) {
          cache.evict();
        }
      }
    },

    tryKeys: (ref, profile, versions, frames) =>
      under(ref, (wrapping) => tryKeys(wrapping, profile, versions, frames)),

    importRecipientKek: (ref, uid, kek) =>
      under(ref, (wrapping) => importRecipientKek(wrapping, uid, kek)),
    async seal(request, slices, helpers) {
      const { customer: id, version } = request.customerKey;
      using key = openCustomerKey(request.customerKey);
      return await sealPackage({ id, version, key }, service, request, slices, helpers);
    },
    assist: (port) => writeRowsFor(port, under),
    sign: (purpose, message) => service.sign(purpose, message),
    mac: (purpose, message) => service.mac(purpose, message),
    sealIdentity: (uid, text) => sealIdentity(service.pseudonymKey(), uid, text),
    openIdentities: (rows) =>
      rows.map((row) => orNull(() => openIdentity(service.pseudonymKey(), row))),
    sweep: () => cache.sweep(),
    evict: () => cache.evict(),
  };
}

/** Null for what does not open under its key. */
function orNull<T>(open: () => T): T | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof KeystoreError && error.code === "KEY_INTEGRITY") {
      return null;
    }
    throw error;
  }
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
