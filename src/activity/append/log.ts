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
import { isDatabaseError, isUnavailable } from "../../db/errors.ts";
import { watchFiles } from "../../db/files.ts";
import type { Knex } from "../../db/open.ts";
import { inTransaction } from "../../db/transaction.ts";
import {
  type Activity,
  ActivityError,
  type Committed,
  type LogLock,
  type Work,
} from "../activity.ts";
import { formatVkey } from "../hashing.ts";
import { toBase64 } from "../tree/base64.ts";
import { createCheckpointer } from "./checkpointer.ts";
import { CLOCK_STEP_US } from "./clock-step.ts";
import { type Appended, isStored, type Job, type Pending, writeGroup } from "./group.ts";
import { differenceAtEnd, fileGone, lockHeadRow } from "./head-check.ts";
import { createLock } from "./lock.ts";
import type { LogStart } from "./log-start.ts";

export type { Appended } from "./group.ts";

const MAX_GROUP = 256;
const CHECKPOINT_INTERVAL_MS = 1000;
/** How often a log that nobody writes to is held against its database. */
const WATCH_INTERVAL_MS = 5000;

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
  /** Told once when the log locks itself, and with null when it takes entries again. */
  readonly onLock?: (lock: LogLock | null) => void;
}

/** Opens the log for appending, after `start` has verified what is there. */
export function openLog(options: LogOptions): Activity {
  const { db } = options;
  const tree = options.start.tree.clone();
  const lock = createLock(options.clock, (state) => {
    options.onLock?.(state);
    if (isRolledBack(state)) {
      lastHead = checkpoints.signLast().catch(report);
    }
  });
  let lastHead: Promise<void> | null = null;
  const files = watchFiles(db);
  const checkpoints = createCheckpointer(options, tree, lock);
  let { lastAt, lastLeaf } = options.start;
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
      const locked = lock.refusal();
      if (locked !== null) {
        job.reject(locked);
      } else if (group.length === 1 || isUnavailable(error)) {
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
      lastLeaf = leaf;
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
        checkpoints.sign().catch(report);
      }, CHECKPOINT_INTERVAL_MS);
      timer.unref();
    }
  }

  async function commitGroup(group: readonly Job[]): Promise<void> {
    let pending: Pending | null = null;
    const before = lastAt;
    try {
      demandFiles();
      await inTransaction(db, async (trx) => {
        await lockHead(trx);
        const jobs = group.filter((job) => !settled.has(job));
        const { clock, node } = options;
        pending = await writeGroup(trx, jobs, { base: tree.size, lastAt, isBehind, clock, node });
      });
    } catch (error) {
      // All was written and then something failed: it may be committed all the same.
      doubtful = pending ?? doubtful;
      throw error;
    }
    // Before anybody is told that it is durable.
    demandFiles();
    const done = pending as Pending | null;
    if (done !== null && done.rows.length > 0) {
      isBehind = options.clock() < before - CLOCK_STEP_US;
    }
    if (done !== null) {
      adopt(done);
    }
  }

  function report(error: unknown): void {
    // That it is locked was told once.
    if (!(error instanceof ActivityError && error.code === "LOG_LOCKED")) {
      options.onError(error);
    }
  }

  function demandFiles(): void {
    const fault = files.fault();
    lock.demand(fault === null ? null : fileGone(fault));
  }

  /** The head row is the lock between writers; it shows a second one, and what became of a doubt. */
  async function lockHead(trx: Knex.Transaction): Promise<void> {
    const counted = await lockHeadRow(trx);
    const doubt = doubtful;
    if (
      doubt !== null &&
      counted === tree.size + doubt.rows.length &&
      (await isStored(trx, doubt.rows))
    ) {
      // The connection broke after the commit and before its answer.
      adopt(doubt);
    }
    // Not before: a read that fails leaves the doubt where it was.
    doubtful = null;
    lock.demand(await differenceAtEnd(trx, counted, { size: tree.size, lastLeaf }));
  }

  /** Nobody may write for hours; a restored database is to be noticed all the same. */
  async function look(): Promise<void> {
    await enqueue(async () => ({ entries: [], result: null })).catch(() => undefined);
    if (checkpoints.isHeadBehind && tree.size > 0 && !closed) {
      await (isRolledBack(lock.state) ? checkpoints.signLast() : checkpoints.sign()).catch(report);
    }
  }

  function enqueue<T>(work: (trx: Knex.Transaction) => Promise<Work<T>>): Promise<Committed<T>> {
    return new Promise((resolve, reject) => {
      queue.push({ work, resolve: resolve as Job["resolve"], reject });
      draining ??= Promise.resolve().then(drain);
    });
  }

  const watch = setInterval(() => void look(), WATCH_INTERVAL_MS);
  watch.unref();

  return {
    commit(work) {
      const refused = closed ? new ActivityError("log: closed") : lock.refusal();
      return refused === null ? enqueue(work) : Promise.reject(refused);
    },
    checkpoint: checkpoints.sign,
    head: () => ({ size: tree.size, root: toBase64(tree.root()), ...checkpoints.last() }),
    lock: () => lock.state,
    vkey: formatVkey({ name: options.origin, publicKey: options.publicKey }),
    async close() {
      closed = true;
      clearInterval(watch);
      await draining;
      if (timer !== null) {
        clearTimeout(timer);
      }
      await lastHead;
      await checkpoints.sign();
    },
  };
}

/** Where another core is ahead, the entries of this one are in the database. */
function isRolledBack(state: LogLock | null): boolean {
  return state !== null && /BEHIND|FORKED|GONE/.test(state.code);
}

function refusal(error: unknown): unknown {
  return isDatabaseError(error)
    ? new ActivityError("log: the database did not take the entry", { cause: error })
    : error;
}
