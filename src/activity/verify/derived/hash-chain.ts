/**
 * A tree that grows by tiles and keeps the hashes of the tiles above them, as far as they can be
 * made.
 *
 * @module
 */
import { createTree } from "../../hashing.ts";
import type { Tree } from "../../tree/merkle.ts";
import { TILE_WIDTH } from "../../tree/tiles.ts";

/** The hashes of one level, one behind the other. */
export interface Level {
  readonly count: number;
  /** The hash at an index below `count`. */
  hashAt(index: number): Uint8Array;
}

export interface HashChain {
  readonly size: number;
  /** The root of what is there; null when a leaf has no hash. */
  root(): Uint8Array | null;
  /** The hashes of tile level `level`, from 1 on. */
  level(level: number): Level;
  /**
   * Takes the hashes of the next leaves, one behind the other; null when they have none, and then
   * none that follow count. `root` = what a full tile gives, if that is known.
   */
  append(leaves: Uint8Array | null, root?: () => Uint8Array): void;
  clone(): HashChain;
}

/** `watch` is told of the root at each of these sizes, unless a leaf before has no hash. */
export function createHashChain(
  watched: ReadonlySet<number> = new Set(),
  watch: (size: number, root: Uint8Array) => void = () => undefined,
): HashChain {
  return chainFrom(createTree(), [], false, watched, watch);
}

function chainFrom(
  tree: Tree,
  levels: Hashes[],
  wasBroken: boolean,
  watched: ReadonlySet<number>,
  watch: (size: number, root: Uint8Array) => void,
): HashChain {
  let isBroken = wasBroken;
  const completed = (level: number, hash: Uint8Array) => {
    levels[level] ??= createHashes();
    levels[level].push(hash);
  };
  /** Whether somebody waits for the root of one of the next 256 sizes. */
  const isWatched = (size: number) =>
    [...watched].some((at) => at > size && at <= size + TILE_WIDTH);
  return {
    get size() {
      return tree.size;
    },
    root: () => (isBroken ? null : tree.root()),
    level: (level) => levels[level] ?? NONE,
    append(leaves, rootOf) {
      isBroken ||= leaves === null;
      if (isBroken || leaves === null) {
        return;
      }
      const count = leaves.length / HASH;
      if (rootOf !== undefined && count === TILE_WIDTH && !isWatched(tree.size)) {
        tree.appendTile(rootOf(), completed);
        return;
      }
      for (let i = 0; i < count; i++) {
        // A copy: the buffer of a tile is used again for the next.
        tree.append(Buffer.from(leaves.subarray(i * HASH, (i + 1) * HASH)), completed);
        if (watched.has(tree.size)) {
          watch(tree.size, tree.root());
        }
      }
    },
    clone: () =>
      chainFrom(
        tree.clone(),
        levels.map((hashes) => hashes.clone()),
        isBroken,
        new Set(),
        watch,
      ),
  };
}

export interface Hashes extends Level {
  push(hash: Uint8Array): void;
  clone(): Hashes;
}

const HASH = 32;
const NONE: Level = { count: 0, hashAt: () => new Uint8Array(0) };

/** A list of hashes in one growing buffer: a million take 32 MB and no more. */
export function createHashes(bytes: Uint8Array = new Uint8Array(HASH * 256), length = 0): Hashes {
  let buffer = bytes;
  let count = length;
  return {
    get count() {
      return count;
    },
    hashAt: (index) => buffer.subarray(index * HASH, (index + 1) * HASH),
    push(hash) {
      if ((count + 1) * HASH > buffer.length) {
        const larger = new Uint8Array(buffer.length * 2);
        larger.set(buffer);
        buffer = larger;
      }
      buffer.set(hash, count * HASH);
      count++;
    },
    clone: () => createHashes(buffer.slice(), count),
  };
}
