/**
 * The Merkle tree of RFC 6962 §2.1 (RFC 9162 §2.1) over SHA-256.
 *
 * A growing tree keeps the roots of its perfect subtrees only; proofs read leaf hashes where they
 * are stored.
 *
 * @module
 */
import { createHash } from "node:crypto";

export const EMPTY_ROOT: Uint8Array = createHash("sha256").digest();

/** SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array | string): Uint8Array {
  return createHash("sha256").update(LEAF).update(entry).digest();
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash("sha256").update(NODE).update(left).update(right).digest();
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export interface Tree {
  readonly size: number;
  append(leaf: Uint8Array): void;
  root(): Uint8Array;
  clone(): Tree;
}

/** An empty tree, or a copy of one whose perfect subtrees are `subtrees`, largest first. */
export function createTree(size = 0, subtrees: readonly Uint8Array[] = []): Tree {
  let count = size;
  const stack = [...subtrees];
  return {
    get size() {
      return count;
    },
    append(leaf) {
      let hash = leaf;
      // Every trailing one bit of the size is a perfect subtree that the new leaf completes.
      for (let n = count; (n & 1) === 1; n = Math.floor(n / 2)) {
        hash = nodeHash(stack.pop() ?? hash, hash);
      }
      stack.push(hash);
      count++;
    },
    root() {
      let root = stack.at(-1);
      for (let i = stack.length - 2; i >= 0; i--) {
        root = nodeHash(stack[i]!, root!);
      }
      return root ?? EMPTY_ROOT;
    },
    clone: () => createTree(count, stack),
  };
}

/** Leaf hashes from `from` up to but not including `to`. */
export type LeafReader = (from: number, to: number) => Promise<readonly Uint8Array[]>;

/** PATH(index, D[size]) of RFC 6962 §2.1.1: the audit path of one leaf, lowest node first. */
export async function inclusionProof(
  leaves: LeafReader,
  index: number,
  size: number,
): Promise<Uint8Array[]> {
  const path = async (m: number, from: number, to: number): Promise<Uint8Array[]> => {
    if (to - from <= 1) {
      return [];
    }
    const k = split(to - from);
    return m < k
      ? [...(await path(m, from, from + k)), await subtreeRoot(leaves, from + k, to)]
      : [...(await path(m - k, from + k, to)), await subtreeRoot(leaves, from, from + k)];
  };
  return await path(index, 0, size);
}

/** Recomputes the root from a leaf and its audit path (RFC 9162 §2.1.3.2). */
export function rootFromInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
): Uint8Array | null {
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
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else {
      hash = nodeHash(hash, step);
    }
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 ? hash : null;
}

/** MTH(D[from:to]), read in pages. */
async function subtreeRoot(leaves: LeafReader, from: number, to: number): Promise<Uint8Array> {
  const tree = createTree();
  for (let at = from; at < to; at += PAGE) {
    for (const leaf of await leaves(at, Math.min(to, at + PAGE))) {
      tree.append(leaf);
    }
  }
  return tree.root();
}

const PAGE = 8192;

/** The largest power of two smaller than `n`. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) {
    k *= 2;
  }
  return k;
}
