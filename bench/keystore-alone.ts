/**
 * The keystore without threads, database and service: what one worker does with a batch, in this
 * thread.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { createEngine } from "../keystore/engine.ts";
import { FrameKey } from "../keystore/frame-key.ts";
import type { CustomerKeyRef, DecryptFrame, DecryptKeys } from "../keystore/index.ts";
import { packBatch } from "../keystore/packed.ts";
import { unpackOutcomes } from "../keystore/packed-outcomes.ts";
import { SecretKey } from "../keystore/secret-key.ts";
import { type KeyVersion, tryFrame } from "../keystore/try-frame.ts";
import { NO_ID } from "../keystore/wrap.ts";
import type { Mode } from "./modes.ts";
import type { PlainKeys } from "./plain.ts";
import type { Sample } from "./samples.ts";

/** Opens a batch and answers how many of its frames opened. */
export type OpenBatch = (batch: readonly DecryptFrame[]) => number;

const CACHE_SECONDS = 3600;

/** A sample as the keystore takes it. */
export function frameOf({ place, readings }: Sample): DecryptFrame {
  const { suite, nonce, securityControl, aad } = readings[0]!;
  return {
    keys: place,
    suite,
    nonce,
    securityControl,
    aad,
    candidates: readings,
    allowUnauthenticated: false,
  };
}

/** A worker's keystore with the keys of some meters on file. */
export interface Keystore {
  /** The way of a batch in production: packed, opened by the worker, its outcomes unpacked. */
  readonly open: OpenBatch;
  /** What the main thread packs for the worker. */
  pack(batch: readonly DecryptFrame[]): ArrayBuffer;
  /** What the worker does: read the batch, find the keys, open, check, write the outcomes. */
  work(packed: ArrayBuffer): ArrayBuffer;
}

export function openKeystoreAlone(mode: Mode, meters: readonly PlainKeys[]): Keystore {
  const root = { id: NO_ID, version: 1, key: SecretKey.generate() };
  const engine = createEngine(root, CACHE_SECONDS);
  engine.load([engine.createServiceKey("fingerprint")]);
  const customer = Uint8Array.from(randomBytes(16));
  const customerKey = { customer, version: 1, wrapped: engine.createCustomerKey(customer, 1) };
  const keys = meters.map((own) => wrappedKeys(mode, customerKey, own));
  const pack = (batch: readonly DecryptFrame[]) =>
    packBatch([customerKey], keys, batch, 1, () => 0)[0]!.buffer;
  return {
    pack,
    work: (packed) => engine.decrypt(packed),
    open(batch) {
      let opened = 0;
      unpackOutcomes(engine.decrypt(pack(batch)), ({ ok }) => {
        opened += ok ? 1 : 0;
      });
      return opened;
    },
  };

  function wrappedKeys(
    { keyType, profile }: Mode,
    under: CustomerKeyRef,
    { key, auth }: PlainKeys,
  ): DecryptKeys {
    const uid = Uint8Array.from(randomBytes(16));
    const own = [
      { uid, version: 1, type: keyType, key: Uint8Array.from(key) },
      ...(auth === null
        ? []
        : [{ uid, version: 1, type: "gak" as const, key: Uint8Array.from(auth) }]),
    ];
    const wrapped = engine.importKeys(under, own);
    const rows = own.map(({ type }, i) => ({
      uid,
      type,
      version: 1,
      origin: "imported" as const,
      length: key.length,
      wrapped: wrapped[i]!.wrapped,
    }));
    return { customer: 0, profile, versions: [rows] };
  }
}

/** The suites alone, with keys in hand. */
export function suiteOpener(meters: readonly PlainKeys[]): OpenBatch {
  const versions = meters.map(({ key, auth }): KeyVersion[] => {
    const keys = {
      encryption: new FrameKey(SecretKey.adopt(Uint8Array.from(key))),
      authentication: auth === null ? null : SecretKey.adopt(Uint8Array.from(auth)),
      join: null,
    };
    return [{ version: 1, open: () => keys }];
  });
  return (batch) => {
    let opened = 0;
    for (const frame of batch) {
      opened += tryFrame(frame, versions[frame.keys]!).ok ? 1 : 0;
    }
    return opened;
  };
}
