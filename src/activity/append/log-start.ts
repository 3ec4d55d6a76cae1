/**
 * Where a log goes on: what its verification at start has found.
 *
 * @module
 */
import type { Checkpoint } from "../activity.ts";
import type { Tree } from "../tree/merkle.ts";

export interface LogStart {
  readonly tree: Tree;
  /** Microseconds of the last entry. */
  readonly lastAt: number;
  readonly checkpoint: Checkpoint | null;
  /** Leaf hashes above the last checkpoint. */
  readonly unsigned: readonly Uint8Array[];
  /** Leaf hash of the last entry; null when there is none. */
  readonly lastLeaf: Uint8Array | null;
}
