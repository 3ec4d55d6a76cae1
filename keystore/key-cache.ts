/**
 * Usable keys of one meter and version, unwrapped for at most a few minutes.
 *
 * The cache is keyed by the wrapped bytes and their labels, so that a row which was swapped,
 * moved or re-wrapped in the database is a miss and has to open again. Bounded in time and
 * number; what leaves is wiped.
 *
 * @module
 */
import type { KeyType, Profile, StoredKey } from "./contract.ts";
import { deriveProtocolKey, PROTOCOL_KEYS } from "./derive.ts";
import { KeystoreError } from "./errors.ts";
import type { SecretKey } from "./secret-key.ts";
import { unwrapKey, type WrappingKey } from "./wrap.ts";

/** The protocol keys of one version: `encryption` opens frames, `authentication` is DLMS's AK. */
export interface FrameKeys {
  readonly encryption: SecretKey | null;
  readonly authentication: SecretKey | null;
}

const MAX_ENTRIES = 200_000;

interface Cached {
  readonly keys: FrameKeys;
  readonly until: number;
}

export interface KeyCache {
  /** @throws {@link KeystoreError} `KEY_INTEGRITY` */
  open(under: WrappingKey, profile: Profile, rows: readonly StoredKey[]): FrameKeys;
  /** Forgets the oldest until the cache has its size; only between batches, which hold keys. */
  trim(): void;
  /** Forgets what is older than the cache's time. */
  sweep(): void;
  evict(): void;
}

/** A cache of `seconds`; with 0 the keys live until the next `evict`, which the caller makes. */
export function createKeyCache(
  seconds: number,
  maxEntries = MAX_ENTRIES,
  // Monotonic: a clock that goes back must not lengthen a key's life.
  now: () => number = () => performance.now(),
): KeyCache {
  const cached = new Map<string, Cached>();

  const stale: FrameKeys[] = [];

  function drop(id: string, entry: Cached): void {
    cached.delete(id);
    wipe(entry.keys);
  }

  return {
    open(under, profile, rows) {
      const id = identity(under, profile, rows);
      const hit = cached.get(id);
      if (hit !== undefined) {
        if (hit.until > now()) {
          return hit.keys;
        }
        // The batch at hand may hold them already: wiped at its end.
        cached.delete(id);
        stale.push(hit.keys);
      }
      const keys = openFrameKeys(under, profile, rows);
      cached.set(id, { keys, until: seconds === 0 ? Number.MAX_VALUE : now() + seconds * 1000 });
      return keys;
    },
    trim() {
      for (const keys of stale.splice(0)) {
        wipe(keys);
      }
      // Maps iterate in insertion order: the first is the oldest.
      for (const [oldest, entry] of cached) {
        if (cached.size <= maxEntries) {
          return;
        }
        drop(oldest, entry);
      }
    },
    sweep() {
      for (const [id, entry] of cached) {
        if (entry.until > now()) {
          return;
        }
        drop(id, entry);
      }
    },
    evict() {
      for (const [id, entry] of cached) {
        drop(id, entry);
      }
    },
  };
}

function wipe({ encryption, authentication }: FrameKeys): void {
  encryption?.[Symbol.dispose]();
  authentication?.[Symbol.dispose]();
}

/** Unwraps the rows of one version, or derives from the generated key. */
function openFrameKeys(
  under: WrappingKey,
  profile: Profile,
  rows: readonly StoredKey[],
): FrameKeys {
  const all = openProtocolKeys(under, profile, rows);
  const main = PROTOCOL_KEYS[profile][0]?.type;
  let encryption: SecretKey | null = null;
  let authentication: SecretKey | null = null;
  for (const { type, key } of all) {
    if (type === main) {
      encryption = key;
    } else if (type === "gak") {
      authentication = key;
    } else {
      key[Symbol.dispose]();
    }
  }
  return { encryption, authentication };
}

export interface NamedKey {
  readonly type: Exclude<KeyType, "root">;
  readonly key: SecretKey;
}

/** Every protocol key of one version, in the order of the profile. The caller owns them. */
export function openProtocolKeys(
  under: WrappingKey,
  profile: Profile,
  rows: readonly StoredKey[],
): NamedKey[] {
  const root = rows.find((row) => row.type === "root");
  if (root !== undefined) {
    using meterKey = openRow(under, root);
    return PROTOCOL_KEYS[profile].map((named) => ({
      type: named.type,
      key: deriveProtocolKey(meterKey, root.uid, root.version, named),
    }));
  }
  const keys: NamedKey[] = [];
  try {
    for (const { type } of PROTOCOL_KEYS[profile]) {
      const row = rows.find((candidate) => candidate.type === type);
      if (row !== undefined) {
        keys.push({ type, key: openRow(under, row) });
      }
    }
    return keys;
  } catch (error) {
    for (const { key } of keys) {
      key[Symbol.dispose]();
    }
    throw error;
  }
}

function openRow(under: WrappingKey, row: StoredKey): SecretKey {
  if (row.uid.length !== 16) {
    throw new KeystoreError("KEY_INTEGRITY", "wrapped key: meter uid is not 16 bytes");
  }
  return unwrapKey(under, meterLabel(under, row), row.wrapped);
}

/** The label of a meter's row: what it says of itself enters the AAD. */
export function meterLabel(under: WrappingKey, row: Omit<StoredKey, "wrapped">) {
  return {
    purpose: "meter",
    type: row.type,
    origin: row.origin,
    length: row.length,
    customer: under.id,
    uid: row.uid,
    version: row.version,
  } as const;
}

function identity(under: WrappingKey, profile: Profile, rows: readonly StoredKey[]): string {
  let id = `${profile}:${under.version}:${latin1(under.id)}`;
  for (const row of rows) {
    id += `:${row.type}:${row.version}:${row.origin}:${row.length}:${latin1(row.uid)}${latin1(row.wrapped)}`;
  }
  return id;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
