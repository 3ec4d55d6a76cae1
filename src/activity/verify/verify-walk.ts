/**
 * Walks a log's leaves and holds the tree against every signed head on the way.
 *
 * Beside each checkpoint lie the leaf hashes since the one before. Where they add up to the signed
 * root they are the true ones, so an entry that was edited together with its leaf hash can still
 * be named; where they do not, the first index after the last good head is named instead.
 *
 * @module
 */
import type { Checkpoint } from "../activity.ts";
import { createTree, openCheckpoint } from "../hashing.ts";
import type { SignedHead } from "../tree/checkpoint.ts";
import type { Tree } from "../tree/merkle.ts";
import type { VerifierKey } from "../tree/note.ts";
import { splitTile, TILE_WIDTH } from "../tree/tiles.ts";
import type { CheckpointCursor, StoredHead } from "./checkpoint-cursor.ts";
import { MAX_PROBLEMS, type OutsideHead, type Report } from "./log-problem.ts";

const HASH = 32;

export interface Kept extends SignedHead {
  readonly what: string;
}

/** Checks the heads that were kept outside. */
export function openOutside(
  outside: readonly OutsideHead[],
  key: VerifierKey,
  report: Report,
): readonly Kept[] {
  return outside.flatMap(({ what, note }) => {
    const head = openCheckpoint(note, key);
    if (head === null) {
      report(0, "CHECKPOINT_SIGNATURE", `${what}: not a checkpoint signed by this log's key`);
      return [];
    }
    return [{ ...head, what }];
  });
}

/** Told of every hash of a tile of level 1 and above. */
export type Completed = (level: number, hash: Uint8Array) => void;

export interface Walk {
  readonly tree: Tree;
  readonly checkpoint: Checkpoint | null;
  readonly unsigned: readonly Uint8Array[];
  /** Takes the next leaf as it is stored; answers a promise when there is a head to hold it to. */
  take(leaf: Uint8Array): Promise<void> | null;
  /** Takes the next leaves, a run from a multiple of 256 on, with the roots of its full tiles. */
  takeRun(leaves: Uint8Array, roots: Uint8Array): Promise<void>;
  /** Holds the tree against every head of its size. */
  settle(): Promise<void>;
  /** Every head that was not reached says that entries are gone. */
  finish(): Promise<void>;
}

export function createWalk(
  cursor: CheckpointCursor,
  kept: readonly Kept[],
  report: Report,
  completed?: Completed,
): Walk {
  const tree = createTree();
  // The same log by the copies: where both differ, the one that gives the signed root is true.
  // Null as long as they say the same.
  let copies: Tree | null = null;
  // One hash behind the other, in pieces.
  let unsigned: Uint8Array[] = [];
  let checkpoint: Checkpoint | null = null;
  let lastGood = 0;
  let suspects: number[] = [];
  const keptSizes = new Set(kept.map(({ size }) => size));

  function settleHead({ size, note, root }: StoredHead): void {
    if (root === null) {
      report(lastGood, "CHECKPOINT_SIGNATURE", `the checkpoint of size ${size} is not signed`);
      return;
    }
    if (same(root, tree.root())) {
      checkpoint = { size, root, note };
      unsigned = [];
      copies = null;
      lastGood = size;
    } else if (copies !== null && same(root, copies.root())) {
      for (const index of suspects) {
        report(index, "ENTRY_CHANGED", "the entry is not the one that was signed");
      }
      lastGood = size;
    } else {
      report(lastGood, "CHECKPOINT_ROOT", `entries before ${size} do not give the signed root`);
      copies = null;
    }
    suspects = [];
  }

  function settleKept(): void {
    for (const { what, size, root } of kept) {
      // Where the copies give this root, the entry that was changed is named.
      if (size !== tree.size || same(root, tree.root())) {
        continue;
      }
      if (copies === null || !same(root, copies.root())) {
        report(lastGood, "HEAD_CONFLICT", `${what}: another root at size ${size}`);
      }
    }
  }

  async function settle(): Promise<void> {
    settleKept();
    while (cursor.head !== null && cursor.head.size <= tree.size) {
      settleHead(cursor.head);
      await cursor.next();
    }
  }

  function take(leaf: Uint8Array): Promise<void> | null {
    const index = tree.size;
    const copy = cursor.leafAt(index);
    const isSuspect = copy !== null && !same(copy, leaf);
    if (isSuspect && suspects.length < MAX_PROBLEMS) {
      suspects.push(index);
    }
    if (isSuspect) {
      copies ??= tree.clone();
    }
    copies?.append(copy ?? leaf);
    tree.append(leaf, completed);
    unsigned.push(leaf);
    const isDue = keptSizes.has(tree.size) || (cursor.head?.size ?? Infinity) <= tree.size;
    return isDue ? settle() : null;
  }

  /** The least size above this one at which there is a head. */
  function nextHead(): number {
    const ahead = [...keptSizes].filter((size) => size > tree.size);
    return Math.min(cursor.head?.size ?? Number.POSITIVE_INFINITY, ...ahead);
  }

  return {
    tree,
    get checkpoint() {
      return checkpoint;
    },
    get unsigned() {
      return unsigned.flatMap((piece) => splitTile(piece, piece.length / HASH) ?? []);
    },
    settle,
    take,
    async takeRun(leaves, roots) {
      for (let at = 0; at < leaves.length; ) {
        const tile = leaves.subarray(at, at + TILE_WIDTH * HASH);
        const root = (at / tile.length) * HASH;
        const left = nextHead() - tree.size;
        const isWhole = tile.length === TILE_WIDTH * HASH && tree.size % TILE_WIDTH === 0;
        if (isWhole && left >= TILE_WIDTH && copies === null && cursor.agrees(tree.size, tile)) {
          tree.appendTile(roots.subarray(root, root + HASH), completed);
          unsigned.push(tile);
          at += tile.length;
          if (left === TILE_WIDTH) {
            await settle();
          }
        } else {
          await take(leaves.subarray(at, at + HASH));
          at += HASH;
        }
      }
    },
    async finish() {
      const { size } = tree;
      let beyond = kept.find((head) => head.size > size);
      for (; cursor.head !== null; await cursor.next()) {
        if (cursor.head.root !== null) {
          beyond ??= {
            what: "checkpoint",
            origin: "",
            size: cursor.head.size,
            root: cursor.head.root,
          };
        } else {
          settleHead(cursor.head);
        }
      }
      if (beyond !== undefined) {
        const { what, size: signed } = beyond;
        report(size, "LOG_TRUNCATED", `${what}: signed ${signed} entries, ${size} are there`);
      }
    },
  };
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
