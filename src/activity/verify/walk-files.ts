/**
 * Walks bundles and tiles of level 0 side by side and notes where they differ.
 *
 * @module
 */

import { bundleStarts, TILE_WIDTH, tileWidth } from "../tree/tiles.ts";
import type { EntryChecks } from "./entry-checks.ts";
import { createEntryReader } from "./entry-reader.ts";
import { createHashChain, type HashChain } from "./hash-chain.ts";
import { createLeafTile } from "./leaf-tile.ts";
import { type FoundTile, findTile, inOrder, type LogFiles } from "./log-files.ts";
import { MAX_PROBLEMS } from "./log-problem.ts";
import type { Pruning } from "./pruned.ts";
import { readHashes } from "./upper-tiles.ts";
import { same } from "./verify-walk.ts";

const AHEAD = 8;
const HASH = 32;
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
  readonly bundle: Bundle | "malformed" | null;
  readonly hashes: Uint8Array | null;
}

interface Bundle {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
}

export async function walkFiles(
  files: LogFiles,
  size: number,
  { checks, pruning, heads, atHead, progress }: Looking,
): Promise<FileWalk> {
  const reader = createEntryReader();
  const tile = createLeafTile();
  const made = createHashChain(heads, atHead);
  // Null as long as tiles and entries say the same.
  let tiled: HashChain | null = null;
  const differing: number[] = [];
  const untiled: number[] = [];
  const malformed: number[] = [];
  let first = 0;
  let gap = 0;

  /** The leaf hashes of the entries; null where there are none. */
  function leavesOf(bundle: Pair["bundle"], width: number): Uint8Array | null {
    if (bundle === null) {
      pruning.miss(first, first + width);
      return null;
    }
    if (bundle === "malformed") {
      note(malformed, first, width, () => true);
      return null;
    }
    const { bytes, starts } = bundle;
    for (let i = 0; i < width; i++) {
      tile.put(i, reader.readIn(bytes, starts[i]!, starts[i + 1]! - 2));
      checks.check(first + i, reader);
    }
    return tile.bytes.subarray(0, width * HASH);
  }

  const work = (index: number) => readPair(files, index, tileWidth(0, index, size));
  for await (const { width, bundle, hashes } of inOrder(indices(size), work, AHEAD)) {
    gap = bundle === null && hashes === null ? gap + 1 : 0;
    if (gap > MAX_GAP) {
      break;
    }
    const leaves = leavesOf(bundle, width);
    const isSame = leaves === null || (hashes !== null && same(leaves, hashes));
    if (hashes === null) {
      note(untiled, first, width, () => true);
    } else if (leaves !== null && !isSame) {
      note(differing, first, width, (i) => !same(hashAt(leaves, i), hashAt(hashes, i)));
    }
    if (!isSame) {
      tiled ??= made.clone();
    }
    tiled?.append(hashes);
    made.append(leaves ?? hashes, leaves === null ? undefined : tile.root);
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

function hashAt(hashes: Uint8Array, index: number): Uint8Array {
  return hashes.subarray(index * HASH, (index + 1) * HASH);
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
  const [found, hashes] = await Promise.all([
    findTile(files, { level: "entries", index, width }),
    readHashes(files, 0, index, width),
  ]);
  return { width, bundle: found === null ? null : bundleOf(found), hashes };
}

function bundleOf({ bytes, width }: FoundTile): Bundle | "malformed" {
  const starts = bundleStarts(bytes, width);
  const { buffer, byteOffset, length } = bytes;
  return starts === null ? "malformed" : { bytes: Buffer.from(buffer, byteOffset, length), starts };
}
