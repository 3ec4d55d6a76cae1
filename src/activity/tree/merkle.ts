/**
 * The Merkle tree of RFC 6962 §2.1 (RFC 9162 §2.1) over SHA-256.
 *
 * A growing tree keeps the roots of its perfect subtrees only; proofs are made from tiles
 * (`tile-reader.ts`) and checked here.
 *
 * @module
 */
import { type Sha256, sameBytes } from "./primitives.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
/** C2SP tlog-tiles: a tile is a subtree of this height. */
const TILE_HEIGHT = 8;

type Completed = (level: number, hash: Uint8Array) => void;

export interface Tree {
  readonly size: number;
  /** `completed` is told of every hash of a tile of level 1 and above that the leaf completes. */
  append(leaf: Uint8Array, completed?: Completed): void;
  /** The root of 256 leaves at once, when the size is a multiple of that. */
  appendTile(hash: Uint8Array, completed?: Completed): void;
  root(): Uint8Array;
  clone(): Tree;
}

/** The heads that a consistency proof connects. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

export interface Merkle {
  /** SHA-256 of nothing: the root of an empty tree. */
  readonly emptyRoot: Uint8Array;
  /** SHA-256(0x00 ‖ entry). */
  leafHash(entry: Uint8Array): Uint8Array;
  /** SHA-256(0x01 ‖ left ‖ right). */
  nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array;
  /** An empty tree, or a copy of one whose perfect subtrees are `subtrees`, largest first. */
  createTree(size?: number, subtrees?: readonly Uint8Array[]): Tree;
  /** Recomputes the root from a leaf and its audit path (RFC 9162 §2.1.3.2); null = no path. */
  rootFromInclusion(
    leaf: Uint8Array,
    index: number,
    size: number,
    path: readonly Uint8Array[],
  ): Uint8Array | null;
  /** Tells whether `path` proves that the tree of `second` extends that of `first` (§2.1.4.2). */
  isConsistent(first: TreeHead, second: TreeHead, path: readonly Uint8Array[]): boolean;
}

export function createMerkle(sha256: Sha256): Merkle {
  const emptyRoot = sha256();
  const nodeHash: Merkle["nodeHash"] = (left, right) => sha256(NODE, left, right);

  function createTree(size = 0, subtrees: readonly Uint8Array[] = []): Tree {
    let count = size;
    const stack = [...subtrees];

    function push(pushed: Uint8Array, pushedLevel: number, completed?: Completed): void {
      const leaves = pushedLevel === 0 ? 1 : 2 ** TILE_HEIGHT;
      let hash = pushed;
      let height = pushedLevel * TILE_HEIGHT;
      if (pushedLevel > 0) {
        completed?.(pushedLevel, hash);
      }
      // Every trailing one bit of the size is a perfect subtree that the new one completes.
      for (let n = count / leaves; n % 2 === 1; n = Math.floor(n / 2)) {
        hash = nodeHash(stack.pop() ?? hash, hash);
        height++;
        if (completed !== undefined && height % TILE_HEIGHT === 0) {
          completed(height / TILE_HEIGHT, hash);
        }
      }
      stack.push(hash);
      count += leaves;
    }

    return {
      get size() {
        return count;
      },
      append: (leaf, completed) => push(leaf, 0, completed),
      appendTile: (hash, completed) => push(hash, 1, completed),
      root() {
        let root = stack.at(-1);
        for (let i = stack.length - 2; i >= 0; i--) {
          root = nodeHash(stack[i]!, root!);
        }
        return root ?? emptyRoot;
      },
      clone: () => createTree(count, stack),
    };
  }

  return {
    emptyRoot,
    leafHash: (entry) => sha256(LEAF, entry),
    nodeHash,
    createTree,

    rootFromInclusion(leaf, index, size, path) {
      if (index >= size) {
        return null;
      }
      let fn = index;
      let sn = size - 1;
      let hash = leaf;
      for (const step of path) {
        if (sn === 0) {
          return null;
        }
        if (fn % 2 === 1 || fn === sn) {
          hash = nodeHash(step, hash);
          while (fn % 2 === 0 && fn !== 0) {
            [fn, sn] = [half(fn), half(sn)];
          }
        } else {
          hash = nodeHash(hash, step);
        }
        [fn, sn] = [half(fn), half(sn)];
      }
      return sn === 0 ? hash : null;
    },

    isConsistent(first, second, path) {
      if (first.size > second.size) {
        return false;
      }
      if (first.size === second.size || first.size === 0) {
        const old = first.size === 0 ? emptyRoot : second.root;
        return path.length === 0 && sameBytes(first.root, old);
      }
      // A whole power of two is itself a node of the larger tree, and not sent.
      const isPower = Number.isInteger(Math.log2(first.size));
      const [start, ...steps] = isPower ? [first.root, ...path] : path;
      if (start === undefined) {
        return false;
      }
      let [fn, sn] = [first.size - 1, second.size - 1];
      while (fn % 2 === 1) {
        [fn, sn] = [half(fn), half(sn)];
      }
      let [fr, sr] = [start, start];
      for (const step of steps) {
        if (sn === 0) {
          return false;
        }
        if (fn % 2 === 1 || fn === sn) {
          fr = nodeHash(step, fr);
          sr = nodeHash(step, sr);
          while (fn % 2 === 0 && fn !== 0) {
            [fn, sn] = [half(fn), half(sn)];
          }
        } else {
          sr = nodeHash(sr, step);
        }
        [fn, sn] = [half(fn), half(sn)];
      }
      return sn === 0 && sameBytes(fr, first.root) && sameBytes(sr, second.root);
    },
  };
}

/** Sizes pass 2^32, where shifts end. */
function half(n: number): number {
  return Math.floor(n / 2);
}
