/**
 * Reads a run of entries and sums it up, as long as nothing about them is unusual.
 *
 * What is sound can be found out about a run by itself: hashes, form, and order within it. Of a
 * run with anything else in it nothing is said, and whoever walks the log reads it entry by entry.
 *
 * @module
 */
import type { Json } from "../../entries/entry.ts";
import { TILE_WIDTH } from "../../tree/tiles.ts";
import { createEntryReader, type EntryReader, type ParsedEntry } from "../entry/entry-reader.ts";
import { createLeafTile } from "../files/leaf-tile.ts";
import { PRUNED } from "../pruned.ts";

/** Entries `first` to `last` - 1; `first` counts whole tiles. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/** Entries that are all there, canonical, in order of time, and none of them `log.pruned`. */
export interface SoundRun extends Run {
  /** Leaf hashes, one behind the other. */
  readonly leaves: Uint8Array;
  /** The roots of its full tiles. */
  readonly roots: Uint8Array;
  /** Microseconds of the first and the last entry. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** Entries that were asked for by their action. */
  readonly shown: readonly (readonly [index: number, entry: ParsedEntry])[];
  /** How many entries have the same counted fields; empty when not asked for. */
  readonly counts: readonly (readonly [fields: ParsedEntry, count: number])[];
}

export interface Wanted {
  readonly actions: ReadonlySet<string>;
  /** Fields to count by, ascending. */
  readonly counted: readonly string[];
}

export interface RunReader {
  begin(first: number): void;
  /**
   * Takes the entries of the next tile: entry i stands in `bytes` from `starts[i]` to
   * `starts[i + 1]` - `gap`, and the byte before it is spoilt. Answers their leaf hashes, good
   * until the next call; null when the run is not sound.
   */
  take(
    bytes: Buffer,
    starts: ArrayLike<number>,
    at: number,
    width: number,
    gap: number,
  ): Uint8Array | null;
  end(): SoundRun;
}

const HASH = 32;

/** `visit` sees each entry on the way. */
export function createRunReader(
  { actions, counted }: Wanted,
  visit?: (reader: EntryReader) => void,
): RunReader {
  const reader = createEntryReader();
  const tile = createLeafTile();
  const names = counted.map((name) => Buffer.from(name));
  let first = 0;
  let size = 0;
  let firstAt = 0;
  let lastAt = 0;
  let leaves: Uint8Array[] = [];
  let roots: Uint8Array[] = [];
  let shown: [number, ParsedEntry][] = [];
  let counts = new Map<string, number>();

  function isSound(): boolean {
    if (!reader.isCanonical()) {
      return false;
    }
    const at = reader.at();
    const action = reader.action();
    if (!(at > lastAt) || action === PRUNED) {
      return false;
    }
    firstAt = size === first ? at : firstAt;
    lastAt = at;
    if (actions.has(action)) {
      shown.push([size, reader.parse()]);
    }
    if (names.length > 0) {
      const values = reader.values(names);
      counts.set(values, (counts.get(values) ?? 0) + 1);
    }
    visit?.(reader);
    size++;
    return true;
  }

  return {
    begin(index) {
      [first, size, firstAt, lastAt] = [index, index, 0, 0];
      [leaves, roots, shown, counts] = [[], [], [], new Map()];
    },
    take(bytes, starts, at, width, gap) {
      for (let i = 0; i < width; i++) {
        tile.put(i, reader.readIn(bytes, starts[at + i]!, starts[at + i + 1]! - gap));
        if (!isSound()) {
          return null;
        }
      }
      const own = tile.bytes.subarray(0, width * HASH);
      leaves.push(new Uint8Array(own));
      if (width === TILE_WIDTH) {
        roots.push(tile.root());
      }
      return own;
    },
    end: () => ({
      first,
      last: size,
      leaves: joined(leaves),
      roots: joined(roots),
      firstAt,
      lastAt,
      shown,
      counts: [...counts].map(([values, count]) => [fieldsOf(counted, values), count] as const),
    }),
  };
}

function fieldsOf(names: readonly string[], values: string): ParsedEntry {
  const list: Json[] = JSON.parse(values);
  return Object.fromEntries(names.map((name, i) => [name, list[i] ?? null]));
}

/** In memory of their own: it changes threads. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
