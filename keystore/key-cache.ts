/**
 * Usable keys of one meter and version, unwrapped for at most a few minutes.
 *
 * What is found must have the very wrapped bytes and labels that were opened, so that a row which
 * was swapped, moved or re-wrapped in the database is a miss and has to open again. Bounded in time and
 * number; what leaves is wiped.
 *
 * @module
 */
import { type FrameKeys, wipeFrameKeys } from "./open-keys.ts";
import type { PackedRows } from "./packed.ts";

/** A key with its cipher objects takes some 2 kB. */
const MAX_ENTRIES = 100_000;

interface Cached {
  readonly scope: string;
  readonly rows: Uint8Array;
  readonly keys: FrameKeys;
  readonly until: number;
}

export interface KeyCache {
  /**
   * The keys behind packed rows; `scope` is the rest of what they depend on.
   *
   * @throws whatever `make` throws
   */
  open(scope: string, packed: Pick<PackedRows, "hash" | "rows">, make: () => FrameKeys): FrameKeys;
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
  /** By hash; two rows with one hash take turns. */
  const cached = new Map<number, Cached>();
  /** Out of date, and perhaps in use in the batch at hand: wiped at its end. */
  const stale: FrameKeys[] = [];

  function drop(hash: number, entry: Cached): void {
    cached.delete(hash);
    wipeFrameKeys(entry.keys);
  }

  return {
    open(scope, { hash, rows }, make) {
      const hit = cached.get(hash);
      if (hit !== undefined) {
        // Byte for byte: a row that was swapped, moved or relabelled is another one.
        if (hit.until > now() && hit.scope === scope && Buffer.compare(hit.rows, rows) === 0) {
          return hit.keys;
        }
        cached.delete(hash);
        stale.push(hit.keys);
      }
      const keys = make();
      const until = seconds === 0 ? Number.MAX_VALUE : now() + seconds * 1000;
      cached.set(hash, { scope, rows: Uint8Array.from(rows), keys, until });
      return keys;
    },
    trim() {
      for (const keys of stale.splice(0)) {
        wipeFrameKeys(keys);
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
      for (const [hash, entry] of cached) {
        if (entry.until > now()) {
          return;
        }
        drop(hash, entry);
      }
    },
    evict() {
      for (const [hash, entry] of cached) {
        drop(hash, entry);
      }
    },
  };
}
