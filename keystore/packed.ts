/**
 * Decrypt batches as one buffer each way between the main thread and a worker.
 *
 * A buffer is transferred, not copied; thousands of small arrays would be cloned one by one, each
 * with the whole buffer it views.
 *
 * @module
 */
import type {
  CustomerKeyRef,
  DecryptFrame,
  DecryptKeys,
  DecryptOutcome,
  KeyType,
  Profile,
  StoredKey,
} from "./contract.ts";
import { PackedReader, PackedWriter } from "./packed-bytes.ts";
import { VERIFICATIONS } from "./verification.ts";

const PROFILES: readonly Profile[] = [
  "wmbus",
  "oms-a",
  "oms-b",
  "oms-d",
  "ell",
  "dlms-suite-0",
  "dlms-suite-1",
  "dlms-suite-2",
];
const TYPES: readonly KeyType[] = ["root", "mk", "dek", "guek", "gak", "kek"];
const SUITES: readonly DecryptFrame["suite"][] = [
  "oms-cbc",
  "oms-kdf-a",
  "oms-ccm",
  "ell-ctr",
  "dlms-gcm",
];
const FAILURES = [
  "NO_KEY",
  "KEY_LENGTH",
  "KEY_INTEGRITY",
  "CHECK_FAILED",
  "MAC_FAILED",
  "TAG_FAILED",
  "NOT_AUTHENTICATED",
  "NOT_ENCRYPTED",
] as const;

export interface DecryptBatch {
  readonly customerKeys: readonly CustomerKeyRef[];
  readonly keys: readonly DecryptKeys[];
  readonly frames: readonly DecryptFrame[];
}

export function packBatch(batch: DecryptBatch): ArrayBuffer {
  const out = new PackedWriter(512 + batch.keys.length * 128 + batch.frames.length * 160);
  out.list(batch.customerKeys, (ref) => {
    out.bytes(ref.customer);
    out.u32(ref.version);
    out.bytes(ref.wrapped);
  });
  out.list(batch.keys, (entry) => {
    out.u32(entry.customer);
    out.u8(PROFILES.indexOf(entry.profile));
    out.list(entry.versions, (rows) => out.list(rows, (row) => packRow(out, row)));
  });
  out.list(batch.frames, (frame) => {
    out.u32(frame.keys);
    out.u8(SUITES.indexOf(frame.suite));
    out.u8(frame.securityControl);
    out.u8(frame.allowUnauthenticated ? 1 : 0);
    out.bytes(frame.nonce);
    out.bytes(frame.aad);
    out.list(frame.candidates, ({ ciphertext, tag, clear }) => {
      out.bytes(ciphertext);
      out.bytes(tag);
      out.bytes(clear);
    });
  });
  return out.finish();
}

export function unpackBatch(buffer: ArrayBuffer): DecryptBatch {
  const from = new PackedReader(buffer);
  return {
    customerKeys: from.list(() => ({
      customer: from.bytes(),
      version: from.u32(),
      wrapped: from.bytes(),
    })),
    keys: from.list(() => ({
      customer: from.u32(),
      profile: member(PROFILES, from.u8()),
      versions: from.list(() => from.list(() => unpackRow(from))),
    })),
    frames: from.list(() => ({
      keys: from.u32(),
      suite: member(SUITES, from.u8()),
      securityControl: from.u8(),
      allowUnauthenticated: from.u8() === 1,
      nonce: from.bytes(),
      aad: from.bytes(),
      candidates: from.list(() => ({
        ciphertext: from.bytes(),
        tag: from.bytes(),
        clear: from.bytes(),
      })),
    })),
  };
}

export function packOutcomes(outcomes: readonly DecryptOutcome[]): ArrayBuffer {
  const out = new PackedWriter(64 + outcomes.length * 128);
  out.list(outcomes, (outcome) => {
    if (outcome.ok) {
      out.u8(255);
      out.u8(outcome.candidate);
      out.u8(VERIFICATIONS.indexOf(outcome.verification));
      out.u32(outcome.keyVersion);
      out.bytes(outcome.plaintext);
      out.list(outcome.tried, (version) => out.u32(version));
    } else {
      out.u8(FAILURES.indexOf(outcome.code));
      out.list(outcome.tried, (version) => out.u32(version));
    }
  });
  return out.finish();
}

export function unpackOutcomes(buffer: ArrayBuffer): DecryptOutcome[] {
  const from = new PackedReader(buffer);
  return from.list((): DecryptOutcome => {
    const status = from.u8();
    if (status !== 255) {
      return { ok: false, code: member(FAILURES, status), tried: from.list(() => from.u32()) };
    }
    return {
      ok: true,
      candidate: from.u8(),
      verification: member(VERIFICATIONS, from.u8()),
      keyVersion: from.u32(),
      plaintext: from.bytes(),
      tried: from.list(() => from.u32()),
    };
  });
}

function packRow(out: PackedWriter, row: StoredKey): void {
  out.bytes(row.uid);
  out.u8(TYPES.indexOf(row.type));
  out.u32(row.version);
  out.u8(row.origin === "imported" ? 1 : 0);
  out.u8(row.length);
  out.bytes(row.wrapped);
}

function unpackRow(from: PackedReader): StoredKey {
  return {
    uid: from.bytes(),
    type: member(TYPES, from.u8()),
    version: from.u32(),
    origin: from.u8() === 1 ? "imported" : "generated",
    length: from.u8(),
    wrapped: from.bytes(),
  };
}

function member<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) {
    throw new RangeError(`packed batch: no such code ${index}`);
  }
  return value;
}
