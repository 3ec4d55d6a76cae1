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
import {
  type Activity,
  ActivityError,
  type Checkpoint,
  type Committed,
  type Work,
} from "./activity.ts";
import { canonicalJson } from "./canonical.ts";
import { type EntryDraft, SYSTEM } from "./entry.ts";
import { writeHead } from "./head-store.ts";
import { leafHash, type Tree } from "./merkle.ts";
import { checkpointText, formatVkey, signedNote } from "./note.ts";

/** C2SP tlog-tiles: an entry has a 16-bit length. */
const MAX_ENTRY = 65_535;
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

export interface LogStart {
  readonly tree: Tree;
  /** Microseconds of the last entry. */
  readonly lastAt: number;
  readonly checkpoint: Checkpoint | null;
  /** Leaf hashes above the last checkpoint. */
  readonly unsigned: readonly Uint8Array[];
}

interface Job {
  readonly work: (trx: Knex.Transaction) => Promise<Work<unknown>>;
  readonly resolve: (committed: Committed<never>) => void;
  readonly reject: (error: unknown) => void;
}

/** Opens the log for appending, after `start` has verified what is there. */
export function openLog(options: LogOptions): Activity {
  const { db, keystore, origin, publicKey, headStore } = options;
  const tree = options.start.tree.clone();
  let unsigned = [...options.start.unsigned];
  let signed = options.start.checkpoint;
  // A crash may have left the head store one behind.
  let isHeadStored = false;
  let lastAt = options.start.lastAt;
  let queue: Job[] = [];
  let draining: Promise<void> | null = null;
  let signing: Promise<Checkpoint> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  let isBehind = false;

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

  async function commitGroup(group: readonly Job[]): Promise<void> {
    const base = tree.size;
    const rows: [number, string, Uint8Array][] = [];
    let at = lastAt;
    const done = await inTransaction(db, async (trx) => {
      // The head row is the lock between writers, and shows a second one.
      const [head] = await trx("log_head").where({ id: 1 }).forUpdate().select("size");
      if (head === undefined || head.size !== base) {
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
    for (const [, , leaf] of rows) {
      tree.append(leaf);
      unsigned.push(leaf);
    }
    for (const [i, job] of group.entries()) {
      job.resolve(done[i] as Committed<never>);
    }
    if (rows.length > 0 && timer === null && !closed) {
      timer = setTimeout(() => {
        timer = null;
        checkpoint().catch(options.onError);
      }, CHECKPOINT_INTERVAL_MS);
      timer.unref();
    }
  }

  async function checkpoint(): Promise<Checkpoint> {
    // One at a time; a caller must not get one that was begun before its entry was committed.
    while (signing !== null) {
      await signing.catch(() => undefined);
    }
    signing = sign();
    try {
      return await signing;
    } finally {
      signing = null;
    }
  }

  async function sign(): Promise<Checkpoint> {
    if (signed === null || signed.size !== tree.size) {
      signed = await signHead();
      isHeadStored = false;
    }
    if (!isHeadStored) {
      writeHead(headStore, signed.note);
      isHeadStored = true;
    }
    return signed;
  }

  async function signHead(): Promise<Checkpoint> {
    const size = tree.size;
    const root = tree.root();
    const leaves = [...unsigned];
    const text = checkpointText({ origin, size, root });
    const signature = await keystore.sign("log-signing", Buffer.from(text, "utf8"));
    const note = signedNote(text, origin, publicKey, signature);
    try {
      await db("log_checkpoints").insert({ size, note, leaf_hashes: Buffer.concat(leaves) });
    } catch (cause) {
      throw new ActivityError("log: the checkpoint could not be stored", { cause });
    }
    // `unsigned` may have grown meanwhile.
    unsigned = unsigned.slice(leaves.length);
    return { size, root, note };
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
    checkpoint,
    vkey: formatVkey(origin, publicKey),
    async close() {
      closed = true;
      await draining;
      if (timer !== null) {
        clearTimeout(timer);
      }
      await checkpoint();
    },
  };
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

function entryBody(draft: EntryDraft, at: number, node: string): string {
  const { fields, code, ...common } = draft;
  const body = canonicalJson({
    ...fields,
    ...common,
    ...(code === undefined ? {} : { code }),
    v: 1,
    at: formatMicroseconds(at),
    node,
  });
  if (Buffer.byteLength(body) > MAX_ENTRY) {
    throw new RangeError(`log entry ${draft.action}: longer than ${MAX_ENTRY} bytes`);
  }
  return body;
}

/** RFC 3339 UTC with microseconds. */
export function formatMicroseconds(at: number): string {
  const milliseconds = Math.floor(at / 1000);
  const rest = String(at - milliseconds * 1000).padStart(3, "0");
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${rest}Z`;
}

/** Reads what `formatMicroseconds` wrote; NaN when it is none. */
export function parseMicroseconds(text: string): number {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})(\d{3})Z$/.exec(text);
  return match === null ? Number.NaN : Date.parse(`${match[1]}Z`) * 1000 + Number(match[2]);
}
