/**
 * Decrypt batches as one buffer each way between the main thread and a worker.
 *
 * A buffer is transferred, not copied; thousands of small arrays would be cloned one by one, each
 * with the whole buffer it views.
 *
 * @module
 */
import type { CustomerKeyRef, DecryptKeys, Profile, StoredKey } from "./contract.ts";
import type { DecryptFrame, SealedInitiate } from "./frame-contract.ts";
import { packBodies, unpackBodies } from "./packed-bodies.ts";
import { member, PackedReader, PackedWriter } from "./packed-bytes.ts";
import { PROFILES, SUITES, TYPES } from "./packed-codes.ts";

/** One part of a batch: what one thread gets, and where its outcomes belong. */
export interface PackedPart {
  readonly buffer: ArrayBuffer;
  /** Index in the batch of each frame of this part. */
  readonly places: readonly number[];
}

/** A meter's keys on the worker's side: nothing is unpacked before it is needed. */
export interface PackedKeys {
  readonly customer: number;
  readonly profile: Profile;
  readonly versions: readonly PackedRows[];
}

/** The rows of one key version; `hash` stands for the bytes in look-ups. */
export interface PackedRows {
  readonly version: number;
  readonly hash: number;
  readonly rows: Uint8Array;
}

/**
 * Packs a batch in `parts`; `partOf` says for each of `keys` which part its frames go to.
 *
 * Layout: customer keys ‖ keys ‖ frames until the end.
 */
export function packBatch(
  customerKeys: readonly CustomerKeyRef[],
  keys: readonly DecryptKeys[],
  frames: readonly DecryptFrame[],
  parts: number,
  partOf: (keys: DecryptKeys) => number,
): PackedPart[] {
  const partOfKeys = keys.map(partOf);
  const indexOfKeys = new Array<number>(keys.length);
  const all = Array.from({ length: parts }, (_, part) => {
    const own = keys.filter((_keys, i) => partOfKeys[i] === part);
    const out = writerOf(part);
    out.list(customerKeys, (ref) => packCustomer(out, ref));
    out.list(own, (entry) => packKeys(out, entry));
    return { out, places: [] as number[], keys: 0 };
  });
  partOfKeys.forEach((part, i) => {
    indexOfKeys[i] = all[part]!.keys++;
  });
  for (let place = 0; place < frames.length; place++) {
    const frame = frames[place]!;
    const part = all[partOfKeys[frame.keys]!]!;
    part.places.push(place);
    packFrame(part.out, frame, indexOfKeys[frame.keys]!);
  }
  return all.map(({ out, places }) => ({ buffer: out.finish(), places }));
}

/** Writers stay between batches, each as large as its largest part was. */
const writers: PackedWriter[] = [];

function writerOf(part: number): PackedWriter {
  const writer = writers[part] ?? new PackedWriter(1 << 16);
  writers[part] = writer;
  return writer.begin();
}

function packCustomer(out: PackedWriter, { customer, version, wrapped }: CustomerKeyRef): void {
  out.bytes(customer);
  out.u32(version);
  out.bytes(wrapped);
}

function packKeys(out: PackedWriter, { customer, profile, versions }: DecryptKeys): void {
  out.u32(customer);
  out.u8(PROFILES.indexOf(profile));
  out.list(versions, (rows) => {
    const packed = packedRows(rows);
    out.u32(packed.version);
    out.u32(packed.hash);
    out.bytes(packed.rows);
  });
}

function packFrame(out: PackedWriter, frame: DecryptFrame, keys: number): void {
  out.u32(keys);
  out.u8(SUITES.indexOf(frame.suite));
  out.u8(frame.securityControl);
  out.u8(frame.allowUnauthenticated ? 1 : 0);
  out.bytes(frame.nonce);
  out.bytes(frame.aad);
  packBodies(out, frame.candidates);
  const { initiate } = frame;
  out.u8(initiate === undefined ? 0 : 1);
  if (initiate !== undefined) {
    out.u8(initiate.securityControl);
    out.bytes(initiate.nonce);
    out.bytes(initiate.ciphertext);
    out.bytes(initiate.tag);
  }
}

/** Rows change as a whole or not at all: packed once, as long as somebody holds them. */
const known = new WeakMap<readonly StoredKey[], PackedRows>();

function packedRows(rows: readonly StoredKey[]): PackedRows {
  let packed = known.get(rows);
  if (packed === undefined) {
    const out = new PackedWriter(rows.length * 128);
    for (const row of rows) {
      packRow(out, row);
    }
    const bytes = new Uint8Array(out.finish());
    packed = { version: rows[0]?.version ?? 0, hash: fnv1a(bytes), rows: bytes };
    known.set(rows, packed);
  }
  return packed;
}

/** FNV-1a, 32 bits: spreads, and proves nothing. */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) {
    hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  }
  return hash >>> 0;
}

/** Reads one part, frame by frame. */
export function openPart(buffer: ArrayBuffer) {
  const from = new PackedReader(buffer);
  const customerKeys = from.list(
    (): CustomerKeyRef => ({
      customer: from.bytes(),
      version: from.u32(),
      wrapped: from.bytes(),
    }),
  );
  const keys = from.list(
    (): PackedKeys => ({
      customer: from.u32(),
      profile: member(PROFILES, from.u8()),
      versions: from.list(() => ({ version: from.u32(), hash: from.u32(), rows: from.bytes() })),
    }),
  );
  return {
    customerKeys,
    keys,
    /** The next frame, or null after the last. */
    next: (): DecryptFrame | null => (from.isAtEnd ? null : unpackFrame(from)),
  };
}

function unpackFrame(from: PackedReader): DecryptFrame {
  const frame = {
    keys: from.u32(),
    suite: member(SUITES, from.u8()),
    securityControl: from.u8(),
    allowUnauthenticated: from.u8() === 1,
    nonce: from.bytes(),
    aad: from.bytes(),
    candidates: unpackBodies(from),
  };
  return from.u8() === 0 ? frame : { ...frame, initiate: unpackInitiate(from) };
}

function unpackInitiate(from: PackedReader): SealedInitiate {
  return {
    securityControl: from.u8(),
    nonce: from.bytes(),
    ciphertext: from.bytes(),
    tag: from.bytes(),
  };
}

export function unpackRows(rows: Uint8Array): StoredKey[] {
  const from = new PackedReader(rows);
  const keys: StoredKey[] = [];
  while (!from.isAtEnd) {
    keys.push(unpackRow(from));
  }
  return keys;
}

/** Packs one row. */
export function packRow(out: PackedWriter, row: StoredKey): void {
  out.bytes(row.uid);
  out.u8(TYPES.indexOf(row.type));
  out.u32(row.version);
  out.u8(row.origin === "imported" ? 1 : 0);
  out.u8(row.length);
  out.bytes(row.wrapped);
}

/** Reads one row; its bytes are views. */
export function unpackRow(from: PackedReader): StoredKey {
  return {
    uid: from.bytes(),
    type: member(TYPES, from.u8()),
    version: from.u32(),
    origin: from.u8() === 1 ? "imported" : "generated",
    length: from.u8(),
    wrapped: from.bytes(),
  };
}
