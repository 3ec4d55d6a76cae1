/**
 * Usable keys of one meter and version, unwrapped for at most a few minutes.
 *
 * The cache is keyed by the wrapped bytes and their labels, so that a row which was swapped,
 * moved or re-wrapped in the database is a miss and has to open again. Bounded in time and
 * number; what leaves is wiped.
 *
 * @module
 */
import type { FrameKeys } from "./open-keys.ts";

/** A key with its cipher objects takes some 2 kB. */
const MAX_ENTRIES = 100_000;

interface Cached {
  readonly keys: FrameKeys;
  readonly until: number;
}

export interface KeyCache {
  /**
   * The keys behind packed `rows`; `scope` is the rest of what they depend on.
   *
   * @throws whatever `make` throws
   */
  open(scope: string, rows: Uint8Array, make: () => FrameKeys): FrameKeys;
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
    open(scope, rows, make) {
      const id = `${scope}:${latin1(rows)}`;
      const hit = cached.get(id);
      if (hit !== undefined) {
        if (hit.until > now()) {
          return hit.keys;
        }
        // The batch at hand may hold them already: wiped at its end.
        cached.delete(id);
        stale.push(hit.keys);
      }
      const keys = make();
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

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
