/**
 * Walks bundles and tiles of level 0 side by side and notes where they differ.
 *
 * @module
 */

import { TILE_WIDTH, tileWidth } from "../../tree/tiles.ts";
import { createHashChain, type HashChain } from "../derived/hash-chain.ts";
import type { EntryChecks } from "../entry/entry-checks.ts";
import { createEntryReader } from "../entry/entry-reader.ts";
import { MAX_PROBLEMS } from "../log-problem.ts";
import type { Pruning } from "../pruned.ts";
import type { Crew } from "../threads/crew.ts";
import type { Run, SoundRun } from "../threads/run-reader.ts";
import { same } from "../verify-walk.ts";
import { createLeafTile } from "./leaf-tile.ts";
import { inOrder, type LogFiles } from "./log-files.ts";
import { type Pair, readPair } from "./tile-pair.ts";

const AHEAD = 8;
const HASH = 32;
const TILE = TILE_WIDTH * HASH;
/** Tiles that a thread reads at a time. */
const RUN_TILES = 16;
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
  /** Threads that read ahead; null: none. */
  readonly crew: Crew<Run, SoundRun> | null;
}

export async function walkFiles(
  files: LogFiles,
  size: number,
  { checks, pruning, heads, atHead, progress, crew }: Looking,
): Promise<FileWalk> {
  const reader = createEntryReader();
  const tile = createLeafTile();
  const made = createHashChain(heads, atHead);
  // Null as long as tiles and entries say the same.
  let tiled = null as HashChain | null;
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

  function takeTile({ width, bundle, hashes }: Pair): void {
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

  /** False: nothing of the rest is there. */
  async function takeTiles(to: number): Promise<boolean> {
    const work = (index: number) => readPair(files, index, tileWidth(0, index, size));
    for await (const pair of inOrder(indices(first, to), work, AHEAD)) {
      gap = pair.bundle === null && pair.hashes === null ? gap + 1 : 0;
      if (gap > MAX_GAP) {
        return false;
      }
      takeTile(pair);
    }
    return true;
  }

  function takeRun({ leaves, roots, last }: SoundRun): void {
    for (let i = 0; first < last; i++) {
      const own = leaves.subarray(i * TILE, (i + 1) * TILE);
      const root = () => roots.subarray(i * HASH, (i + 1) * HASH);
      made.append(own, root);
      tiled?.append(own, root);
      first += own.length / HASH;
    }
    gap = 0;
    progress(first);
  }

  const read = async (run: Run) => ({ run, sound: (await crew?.read(run)) ?? null });
  for await (const { run, sound } of inOrder(runs(size, crew), read, crew?.ahead ?? 1)) {
    if (sound !== null && checks.pass(sound)) {
      takeRun(sound);
    } else if (!(await takeTiles(run.last))) {
      break;
    }
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

function* indices(from: number, to: number): Generator<number> {
  for (let index = from / TILE_WIDTH; index * TILE_WIDTH < to; index++) {
    yield index;
  }
}

/** Without a crew it is one run. */
function* runs(size: number, crew: Looking["crew"]): Generator<Run> {
  const length = crew === null ? size : RUN_TILES * TILE_WIDTH;
  for (let first = 0; first < size; first += length) {
    yield { first, last: Math.min(size, first + length) };
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
