/**
 * Signs the log's head: one checkpoint at a time, stored, then into the head store.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { inTransaction } from "../../db/transaction.ts";
import { ActivityError, type Checkpoint, type LogHead } from "../activity.ts";
import { openCheckpoint } from "../hashing.ts";
import type { Tree } from "../tree/merkle.ts";
import { ahead, differenceBelow } from "./head-check.ts";
import { readHead, writeHead } from "./head-store.ts";
import type { Lock } from "./lock.ts";
import type { LogStart } from "./log-start.ts";
import { type HeadSigner, signHead } from "./sign-head.ts";

/**
 * While the core runs it remembers the head itself; the head store is what the next start is held
 * against. Without it a crash and an older database together could lose entries unseen, so the
 * time in which that may happen is bounded, and long enough to mount a volume again.
 */
export const HEAD_STORE_GRACE_MS = 300_000;

export interface CheckpointerOptions extends HeadSigner {
  readonly db: Knex;
  readonly headStore: string;
  readonly start: LogStart;
  /** Microseconds since 1970. */
  readonly clock: () => number;
}

export interface Checkpointer {
  /** Counts a leaf that is in the tree: the next checkpoint keeps its hash. */
  cover(leaf: Uint8Array): void;
  /** The last checkpoint. */
  last(): Pick<LogHead, "signed" | "signedAt">;
  /** True while the head store is not known to hold the last checkpoint. */
  readonly isHeadBehind: boolean;
  /** Signs the tree as it is, or answers the last checkpoint when nothing has come since. */
  sign(): Promise<Checkpoint>;
  /**
   * For a log that has just locked itself: signs what was answered for into the head store, not
   * into the database. A rollback of the last second would pass the next start otherwise.
   */
  signLast(): Promise<void>;
}

export function createCheckpointer(
  options: CheckpointerOptions,
  tree: Tree,
  lock: Lock,
): Checkpointer {
  const { db, headStore, clock } = options;
  let unsigned = [...options.start.unsigned];
  let signed = options.start.checkpoint;
  // A crash may have left the head store one behind.
  let isHeadStored = false;
  // Microseconds; since when the head store cannot be written.
  let failingSince: number | null = null;
  let signing: Promise<Checkpoint> | null = null;
  let signedAt: string | null = null;

  async function advance(): Promise<Checkpoint> {
    lock.demand(null);
    if (signed === null || signed.size !== tree.size) {
      signed = await storeCheckpoint();
      signedAt = new Date().toISOString();
      isHeadStored = false;
    }
    if (!isHeadStored) {
      storeHead(signed);
    }
    return signed;
  }

  function storeHead({ size, note }: Checkpoint): void {
    try {
      // A second core may share the file: what it has signed since is never taken back.
      const newer = storedSize();
      lock.demand(newer > size ? ahead(newer, size) : null);
      writeHead(headStore, note);
    } catch (cause) {
      lock.demand(null);
      failingSince ??= clock();
      const minutes = HEAD_STORE_GRACE_MS / 60_000;
      const what = `the head store ${headStore} cannot be written (${codeOf(cause)})`;
      if (clock() - failingSince >= HEAD_STORE_GRACE_MS * 1000) {
        lock.holdFor(
          `${what} for more than ${minutes} minutes: nothing is recorded or released until it ` +
            "can be (LOG_HEAD_STORE in docs/runbook.md)",
        );
      }
      const message = `activity log: ${what}: entries are taken for ${minutes} minutes without it`;
      throw new ActivityError(message, { cause });
    }
    isHeadStored = true;
    failingSince = null;
    lock.release();
  }

  /** Entries under the head store's note, if it can be read and is this log's. */
  function storedSize(): number {
    try {
      const key = { name: options.origin, publicKey: options.publicKey };
      return openCheckpoint(readHead(headStore) ?? "", key)?.size ?? 0;
    } catch {
      return 0;
    }
  }

  async function storeCheckpoint(): Promise<Checkpoint> {
    const size = tree.size;
    const root = tree.root();
    const leaves = [...unsigned];
    const note = await signHead(options, { size, root });
    try {
      await inTransaction(db, async (trx) => {
        // What was rolled back is never signed over.
        lock.demand(await differenceBelow(trx, { size, lastLeaf: leaves.at(-1) ?? null }));
        await trx("log_checkpoints").insert({ size, note, leaf_hashes: Buffer.concat(leaves) });
      });
    } catch (cause) {
      lock.demand(null);
      // An answer may have been lost: Ed25519 is deterministic, so ours is the same to the byte.
      const [stored] = await db("log_checkpoints").where({ size }).select("note");
      if (stored?.note !== note) {
        const [beyond] = await db("log_checkpoints").where("size", ">", size).limit(1).select();
        lock.demand(beyond === undefined ? null : ahead(beyond.size, size));
        throw new ActivityError("log: the checkpoint could not be stored", { cause });
      }
    }
    // `unsigned` may have grown meanwhile.
    unsigned = unsigned.slice(leaves.length);
    return { size, root, note };
  }

  return {
    cover(leaf) {
      unsigned.push(leaf);
    },
    last: () => ({ signed: signed?.size ?? 0, signedAt }),
    async signLast() {
      while (signing !== null) {
        await signing.catch(() => undefined);
      }
      // A head that is in the database only is rolled back with it.
      if (tree.size > 0 && (tree.size > (signed?.size ?? 0) || !isHeadStored)) {
        const head = { size: tree.size, root: tree.root() };
        isHeadStored = false;
        const note = await signHead(options, head);
        try {
          writeHead(headStore, note);
        } catch (cause) {
          const what = `the head store ${headStore} cannot be written (${codeOf(cause)})`;
          throw new ActivityError(`activity log: ${what}: it lacks the last entries`, { cause });
        }
        isHeadStored = true;
      }
    },
    get isHeadBehind() {
      return !isHeadStored;
    },
    async sign() {
      // One at a time; a caller must not get one that was begun before its entry was committed.
      while (signing !== null) {
        await signing.catch(() => undefined);
      }
      signing = advance();
      try {
        return await signing;
      } finally {
        signing = null;
      }
    },
  };
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? "unknown error");
}
