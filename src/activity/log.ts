/**
 * The append-only log: group commit, tree and checkpoints.
 *
 * One writer takes whatever work is waiting into one transaction, so that many callers share one
 * disk flush. The tree in memory grows only after the commit; a checkpoint is signed at most once
 * a second while it grows, and whenever somebody asks.
 *
 * @module
 */
import type { Keystore } from "../../keystore/index.ts";
import { insertRows } from "../db/bulk.ts";
import { isDatabaseError } from "../db/errors.ts";
import type { Knex } from "../db/open.ts";
import { inTransaction } from "../db/transaction.ts";
import { type Activity, ActivityError, type Committed, type Work } from "./activity.ts";
import { createCheckpointer } from "./checkpointer.ts";
import { type EntryDraft, SYSTEM } from "./entry.ts";
import { entryBody } from "./entry-text.ts";
import type { LogStart } from "./log-start.ts";
import { leafHash } from "./merkle.ts";
import { formatVkey } from "./note.ts";
import { readLeafHashes } from "./stored-log.ts";

const MAX_GROUP = 256;
const CHECKPOINT_INTERVAL_MS = 1000;
/** Smaller steps are the clock being disciplined. */
const CLOCK_STEP_US = 2_000_000;

export interface LogOptions {
  readonly db: Knex;
  readonly keystore: Pick<Keystore, "sign">;
  /** Deployment name: first line of every checkpoint and name of its key. */
  readonly origin: string;
  readonly publicKey: Uint8Array;
  /** Random id of this node, in every entry. */
  readonly node: string;
  readonly headStore: string;
  /** Microseconds since 1970. */
  readonly clock: () => number;
  /** What a full audit found at start: the log goes on from here. */
  readonly start: LogStart;
  readonly onError: (error: unknown) => void;
}

/** idx, body, leaf hash. */
type Row = [number, string, Uint8Array];

interface Job {
  readonly work: (trx: Knex.Transaction) => Promise<Work<unknown>>;
  readonly resolve: (committed: Committed<never>) => void;
  readonly reject: (error: unknown) => void;
}

/** Opens the log for appending, after `start` has verified what is there. */
export function openLog(options: LogOptions): Activity {
  const { db } = options;
  const tree = options.start.tree.clone();
  const checkpoints = createCheckpointer(options, tree);
  let lastAt = options.start.lastAt;
  let queue: Job[] = [];
  let draining: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  let isBehind = false;
  // Rows of the last transaction that failed: it may have been committed all the same.
  let doubtful: readonly Row[] = [];

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const group = queue.slice(0, MAX_GROUP);
      queue = queue.slice(group.length);
      try {
        await commitGroup(group);
      } catch (error) {
        if (group.length === 1) {
          group[0]!.reject(refusal(error));
          continue;
        }
        // One of them failed: each alone, so that only that one does.
        for (const job of group) {
          await commitGroup([job]).catch((cause) => job.reject(refusal(cause)));
        }
      }
    }
    draining = null;
  }

  /** What is in the database belongs to the tree. */
  function adopt(rows: readonly Row[]): void {
    for (const [, , leaf] of rows) {
      tree.append(leaf);
      checkpoints.cover(leaf);
    }
  }

  async function commitGroup(group: readonly Job[]): Promise<void> {
    const rows: Row[] = [];
    try {
      await attempt(group, rows);
    } catch (error) {
      doubtful = rows;
      throw error;
    }
  }

  async function attempt(group: readonly Job[], rows: Row[]): Promise<void> {
    let at = lastAt;
    const done = await inTransaction(db, async (trx) => {
      // The head row is the lock between writers, and shows a second one.
      const [head] = await trx("log_head").where({ id: 1 }).forUpdate().select("size");
      if (head?.size === tree.size + doubtful.length && (await isStored(trx, doubtful))) {
        // The connection broke after the commit and before its answer.
        adopt(doubtful);
      }
      doubtful = [];
      const base = tree.size;
      if (head?.size !== base) {
        throw new ActivityError(`log: expected ${base} entries, the database has another head`);
      }
      const results: { first: number; size: number; result: unknown }[] = [];
      const append = (entry: EntryDraft): void => {
        at = Math.max(at + 1, options.clock());
        const body = entryBody(entry, at, options.node);
        rows.push([base + rows.length, body, leafHash(body)]);
      };
      const stepped = clockStep(lastAt, options.clock());
      for (const job of group) {
        const { entries, result } = await job.work(trx);
        // Entries stay in order whatever the clock does; that it went back is an entry itself.
        if (entries.length > 0 && stepped !== null && rows.length === 0 && !isBehind) {
          append(stepped);
        }
        const first = base + rows.length;
        for (const entry of entries) {
          append(entry);
        }
        results.push({ first, size: base + rows.length, result });
      }
      if (rows.length > 0) {
        await insertRows(trx, "log_entries", ["idx", "body", "leaf_hash"], rows);
        await trx("log_head")
          .where({ id: 1 })
          .update({ size: base + rows.length });
      }
      return results;
    });
    if (rows.length > 0) {
      isBehind = options.clock() < lastAt - CLOCK_STEP_US;
    }
    lastAt = at;
    adopt(rows);
    for (const [i, job] of group.entries()) {
      job.resolve(done[i] as Committed<never>);
    }
    if (rows.length > 0 && timer === null && !closed) {
      timer = setTimeout(() => {
        timer = null;
        checkpoints.sign().catch(options.onError);
      }, CHECKPOINT_INTERVAL_MS);
      timer.unref();
    }
  }

  return {
    commit<T>(work: (trx: Knex.Transaction) => Promise<Work<T>>): Promise<Committed<T>> {
      if (closed) {
        return Promise.reject(new ActivityError("log: closed"));
      }
      return new Promise((resolve, reject) => {
        queue.push({ work, resolve: resolve as Job["resolve"], reject });
        draining ??= Promise.resolve().then(drain);
      });
    },
    checkpoint: checkpoints.sign,
    vkey: formatVkey(options.origin, options.publicKey),
    async close() {
      closed = true;
      await draining;
      if (timer !== null) {
        clearTimeout(timer);
      }
      await checkpoints.sign();
    },
  };
}

async function isStored(trx: Knex.Transaction, rows: readonly Row[]): Promise<boolean> {
  const [first] = rows;
  if (first === undefined) {
    return false;
  }
  const stored = await readLeafHashes(trx, first[0], first[0] + rows.length);
  return rows.every(
    ([, , leaf], i) => stored[i] !== undefined && Buffer.compare(stored[i], leaf) === 0,
  );
}

/** The entry about a clock that went back, or null. */
function clockStep(lastAt: number, now: number): EntryDraft | null {
  if (now >= lastAt - CLOCK_STEP_US) {
    return null;
  }
  const fields = { seconds: Math.round((lastAt - now) / 1_000_000) };
  return { ...SYSTEM, action: "clock.stepped", outcome: "ok", fields };
}

function refusal(error: unknown): unknown {
  return isDatabaseError(error)
    ? new ActivityError("log: the database did not take the entry", { cause: error })
    : error;
}
