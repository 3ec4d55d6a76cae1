/**
 * The stored checkpoints in order, one at hand: walked beside the entries, never all in memory.
 *
 * Each row also holds the leaf hashes since the row before. They are hearsay until they add up to
 * a signed root.
 *
 * @module
 */
import { openCheckpoint } from "../hashing.ts";
import type { VerifierKey } from "../tree/note.ts";

export interface StoredCheckpoint {
  readonly size: number;
  readonly note: string;
  readonly leafHashes: Uint8Array;
}

export interface StoredHead {
  readonly size: number;
  readonly note: string;
  /** Null when the note is not signed by this log's key for this size. */
  readonly root: Uint8Array | null;
}

export interface CheckpointCursor {
  /** The first stored checkpoint that was not passed yet; null at the end. */
  readonly head: StoredHead | null;
  /** The copy of a leaf hash that lies beside the checkpoint at hand; null when it has none. */
  leafAt(index: number): Uint8Array | null;
  /** Whether there is no copy of these leaf hashes, or it is the same; all below the checkpoint. */
  agrees(index: number, leaves: Uint8Array): boolean;
  /** Passes the checkpoint at hand. */
  next(): Promise<void>;
}

export async function checkpointCursor(
  checkpoints: AsyncIterable<StoredCheckpoint>,
  key: VerifierKey,
): Promise<CheckpointCursor> {
  const rows = checkpoints[Symbol.asyncIterator]();
  let head: StoredHead | null = null;
  let copies: Uint8Array | null = null;
  let from = 0;

  async function next(): Promise<void> {
    from = head?.size ?? 0;
    const row = await rows.next();
    if (row.done === true) {
      head = null;
      copies = null;
      return;
    }
    const { size, note, leafHashes } = row.value;
    const signed = openCheckpoint(note, key);
    head = { size, note, root: signed?.size === size ? signed.root : null };
    copies = leafHashes.length === (size - from) * 32 ? leafHashes : null;
  }

  await next();
  return {
    get head() {
      return head;
    },
    leafAt(index) {
      const at = (index - from) * 32;
      return copies === null || at < 0 || at >= copies.length ? null : copies.subarray(at, at + 32);
    },
    agrees(index, leaves) {
      const at = (index - from) * 32;
      return (
        copies === null || Buffer.compare(copies.subarray(at, at + leaves.length), leaves) === 0
      );
    },
    next,
  };
}
