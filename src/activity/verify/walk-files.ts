/**
 * Walks bundles and tiles of level 0 side by side and notes where they differ.
 *
 * @module
 */

import { splitBundle, TILE_WIDTH, tileWidth } from "../tree/tiles.ts";
import type { EntryChecks } from "./entry-checks.ts";
import { createEntryReader } from "./entry-reader.ts";
import { createHashChain, type HashChain } from "./hash-chain.ts";
import { findTile, inOrder, type LogFiles } from "./log-files.ts";
import { MAX_PROBLEMS } from "./log-problem.ts";
import type { Pruning } from "./pruned.ts";
import { readHashes } from "./upper-tiles.ts";
import { same } from "./verify-walk.ts";

const AHEAD = 8;
/** So many tiles in a row that are not there, nor their bundles: what follows proves nothing. */
const MAX_GAP = 1000;

export interface FileWalk {
  /** The leaf hashes of the entries, those of the tiles where there is no entry. */
  readonly entries: HashChain;
  /** Those of the tiles. */
  readonly tiles: HashChain;
  /** The first indices, ascending: entry and tile are there and differ; the tile has no hash; */
  readonly differing: readonly number[];
  readonly untiled: readonly number[];
  /** the bundle is there and is none. */
  readonly malformed: readonly number[];
}

export interface Looking {
  readonly checks: EntryChecks;
  readonly pruning: Pruning;
  /** Sizes of heads kept outside, and who is told of the roots there. */
  readonly heads: ReadonlySet<number>;
  readonly atHead: (size: number, root: Uint8Array) => void;
  readonly progress: (entries: number) => void;
}

interface Pair {
  readonly width: number;
  /** Null: not there. `malformed`: there, and not whole. */
  readonly entries: readonly Uint8Array[] | "malformed" | null;
  readonly hashes: readonly Uint8Array[] | null;
}

export async function walkFiles(
  files: LogFiles,
  size: number,
  { checks, pruning, heads, atHead, progress }: Looking,
): Promise<FileWalk> {
  const reader = createEntryReader();
  const made = createHashChain(heads, atHead);
  // Null as long as tiles and entries say the same.
  let tiled: HashChain | null = null;
  const differing: number[] = [];
  const untiled: number[] = [];
  const malformed: number[] = [];
  let first = 0;
  let gap = 0;
  const work = (index: number) => readPair(files, index, tileWidth(0, index, size));
  for await (const { width, entries, hashes } of inOrder(indices(size), work, AHEAD)) {
    gap = entries === null && hashes === null ? gap + 1 : 0;
    if (gap > MAX_GAP) {
      break;
    }
    let leaves: Uint8Array[] | null = null;
    if (entries === null) {
      pruning.miss(first, first + width);
    } else if (entries === "malformed") {
      note(malformed, first, width, () => true);
    } else {
      leaves = entries.map((entry, i) => {
        const leaf = reader.read(entry);
        checks.check(first + i, reader);
        return leaf;
      });
    }
    if (hashes === null) {
      note(untiled, first, width, () => true);
    } else if (leaves !== null) {
      const entryLeaves = leaves;
      note(differing, first, width, (i) => !same(entryLeaves[i]!, hashes[i]!));
    }
    if (leaves !== null && (hashes === null || differing.length > 0)) {
      tiled ??= made.clone();
    }
    tiled?.append(hashes);
    made.append(leaves ?? hashes);
    first += width;
    progress(first);
  }
  if (first < size) {
    // The walk has ended early: nothing of the rest is there.
    pruning.miss(first, size);
    made.append(null);
    tiled?.append(null);
  }
  return { entries: made, tiles: tiled ?? made, differing, untiled, malformed };
}

function* indices(size: number): Generator<number> {
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    yield index;
  }
}

function note(
  list: number[],
  first: number,
  width: number,
  isWrong: (offset: number) => boolean,
): void {
  for (let i = 0; i < width && list.length < MAX_PROBLEMS; i++) {
    if (isWrong(i)) {
      list.push(first + i);
    }
  }
}

async function readPair(files: LogFiles, index: number, width: number): Promise<Pair> {
  const [bundle, hashes] = await Promise.all([
    findTile(files, { level: "entries", index, width }),
    readHashes(files, 0, index, width),
  ]);
  const entries =
    bundle === null
      ? null
      : (splitBundle(bundle.bytes, bundle.width)?.slice(0, width) ?? ("malformed" as const));
  return { width, entries, hashes };
}
