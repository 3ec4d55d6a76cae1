/**
 * The append-only log: group commit, tree and checkpoints.
 *
 * One writer takes whatever work is waiting into one transaction, so that many callers share one
 * disk flush. The tree in memory grows only after the commit; a checkpoint is signed at most once
 * a second while it grows, and whenever somebody asks.
 *
 * @module
 */
import type { Keystore } from "../../../keystore/index.ts";
import { insertRows } from "../../db/bulk.ts";
import { isDatabaseError, isUnavailable } from "../../db/errors.ts";
import type { Knex } from "../../db/open.ts";
import { inTransaction } from "../../db/transaction.ts";
import { type Activity, ActivityError, type Committed, type Work } from "../activity.ts";
import type { EntryDraft } from "../entries/entry.ts";
import { entryBody } from "../entries/entry-text.ts";
import { formatVkey, leafHash } from "../hashing.ts";
import { readLeafHashes } from "../verify/stored-log.ts";
import { createCheckpointer } from "./checkpointer.ts";
import { CLOCK_STEP_US, clockStep } from "./clock-step.ts";
import type { LogStart } from "./log-start.ts";

const MAX_GROUP = 256;
const CHECKPOINT_INTERVAL_MS = 1000;

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
  /** Told of entries once they are durable, in order; must not throw. */
  readonly observe?: (appended: readonly Appended[]) => void;
  readonly onError: (error: unknown) => void;
}

/** An entry that is durable. */
export interface Appended {
  readonly index: number;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly draft: EntryDraft;
}

/** idx, body, leaf hash. */
type Row = [number, string, Uint8Array];

interface Job {
  readonly work: (trx: Knex.Transaction) => Promise<Work<unknown>>;
  readonly resolve: (committed: Committed<never>) => void;
  readonly reject: (error: unknown) => void;
}

/** What one transaction holds, until it is known to be committed. */
interface Pending {
  readonly rows: readonly Row[];
  readonly appended: readonly Appended[];
  /** Microseconds of its last entry. */
  readonly at: number;
  readonly jobs: readonly Job[];
  readonly results: readonly Committed<unknown>[];
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
  // The last transaction that was written whole and then failed.
  let doubtful: Pending | null = null;
  const settled = new WeakSet<Job>();

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const group = queue.slice(0, MAX_GROUP);
      queue = queue.slice(group.length);
      try {
        await commitGroup(group);
      } catch (error) {
        await retry(group, error);
      }
    }
    draining = null;
  }

  /** After a group has failed: first what is known of it, then each job alone. */
  async function retry(group: readonly Job[], error: unknown): Promise<void> {
    if (doubtful !== null) {
      await commitGroup([]).catch(() => undefined);
    }
    for (const job of group.filter((one) => !settled.has(one))) {
      if (group.length === 1 || isUnavailable(error)) {
        job.reject(refusal(error));
      } else {
        // One of them failed: alone, so that only that one does.
        await commitGroup([job]).catch((cause) => job.reject(refusal(cause)));
      }
    }
  }

  /** What is in the database belongs to the tree, and its jobs are done. */
  function adopt({ rows, appended, at, jobs, results }: Pending): void {
    for (const [, , leaf] of rows) {
      tree.append(leaf);
      checkpoints.cover(leaf);
    }
    lastAt = Math.max(lastAt, at);
    options.observe?.(appended);
    for (const [i, job] of jobs.entries()) {
      settled.add(job);
      job.resolve(results[i] as Committed<never>);
    }
    if (rows.length > 0 && timer === null && !closed) {
      timer = setTimeout(() => {
        timer = null;
        checkpoints.sign().catch(options.onError);
      }, CHECKPOINT_INTERVAL_MS);
      timer.unref();
    }
  }

  async function commitGroup(group: readonly Job[]): Promise<void> {
    let pending: Pending | null = null;
    const before = lastAt;
    try {
      await inTransaction(db, async (trx) => {
        await lockHead(trx);
        pending = await runJobs(
          trx,
          group.filter((job) => !settled.has(job)),
        );
      });
    } catch (error) {
      // All was written and then something failed: it may be committed all the same.
      doubtful = pending ?? doubtful;
      throw error;
    }
    const done = pending as Pending | null;
    if (done !== null && done.rows.length > 0) {
      isBehind = options.clock() < before - CLOCK_STEP_US;
    }
    if (done !== null) {
      adopt(done);
    }
  }

  /** The head row is the lock between writers; it shows a second one, and what became of a doubt. */
  async function lockHead(trx: Knex.Transaction): Promise<void> {
    const [head] = await trx("log_head").where({ id: 1 }).forUpdate().select("size");
    const doubt = doubtful;
    if (
      doubt !== null &&
      head?.size === tree.size + doubt.rows.length &&
      (await isStored(trx, doubt.rows))
    ) {
      // The connection broke after the commit and before its answer.
      adopt(doubt);
    }
    // Not before: a read that fails leaves the doubt where it was.
    doubtful = null;
    if (head?.size !== tree.size) {
      throw new ActivityError(`log: expected ${tree.size} entries, the database has another head`);
    }
  }

  async function runJobs(trx: Knex.Transaction, jobs: readonly Job[]): Promise<Pending> {
    const base = tree.size;
    const rows: Row[] = [];
    const appended: Appended[] = [];
    const results: Pending["results"][number][] = [];
    let at = lastAt;
    const append = (entry: EntryDraft): void => {
      at = Math.max(at + 1, options.clock());
      const body = entryBody(entry, at, options.node);
      appended.push({ index: base + rows.length, at, draft: entry });
      rows.push([base + rows.length, body, leafHash(body)]);
    };
    const stepped = clockStep(lastAt, options.clock());
    for (const job of jobs) {
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
    return { rows, appended, at, jobs, results };
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
    head: () => ({ size: tree.size, ...checkpoints.last() }),
    lock: () => null,
    vkey: formatVkey({ name: options.origin, publicKey: options.publicKey }),
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

function refusal(error: unknown): unknown {
  return isDatabaseError(error)
    ? new ActivityError("log: the database did not take the entry", { cause: error })
    : error;
}
