/**
 * What one transaction of the log holds: works run in call order, their entries in one insert.
 *
 * @module
 */
import { insertRows } from "../../db/bulk.ts";
import type { Knex } from "../../db/open.ts";
import type { Committed, Work } from "../activity.ts";
import type { EntryDraft } from "../entries/entry.ts";
import { entryBody } from "../entries/entry-text.ts";
import { leafHash } from "../hashing.ts";
import { readLeafHashes } from "../verify/stored-log.ts";
import { clockStep } from "./clock-step.ts";

/** An entry that is durable. */
export interface Appended {
  readonly index: number;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly draft: EntryDraft;
}

/** idx, body, leaf hash. */
type Row = readonly [number, string, Uint8Array];

export interface Job {
  readonly work: (trx: Knex.Transaction) => Promise<Work<unknown>>;
  readonly resolve: (committed: Committed<never>) => void;
  readonly reject: (error: unknown) => void;
}

/** What one transaction holds, until it is known to be committed. */
export interface Pending {
  readonly rows: readonly Row[];
  readonly appended: readonly Appended[];
  /** Microseconds of its last entry. */
  readonly at: number;
  readonly jobs: readonly Job[];
  readonly results: readonly Committed<unknown>[];
}

/** Where the group goes on. */
export interface GroupStart {
  /** Entries before it. */
  readonly base: number;
  /** Microseconds of the entry before it. */
  readonly lastAt: number;
  /** True when an entry has already said that the clock is behind. */
  readonly isBehind: boolean;
  /** Microseconds since 1970. */
  readonly clock: () => number;
  readonly node: string;
}

/** Runs the works and writes their entries and the head row; the caller holds the head row. */
export async function writeGroup(
  trx: Knex.Transaction,
  jobs: readonly Job[],
  { base, lastAt, isBehind, clock, node }: GroupStart,
): Promise<Pending> {
  const rows: Row[] = [];
  const appended: Appended[] = [];
  const results: Committed<unknown>[] = [];
  let at = lastAt;
  const append = (entry: EntryDraft): void => {
    at = Math.max(at + 1, clock());
    const body = entryBody(entry, at, node);
    appended.push({ index: base + rows.length, at, draft: entry });
    rows.push([base + rows.length, body, leafHash(body)]);
  };
  const stepped = clockStep(lastAt, clock());
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

/** Tells whether these rows are in the database. */
export async function isStored(trx: Knex.Transaction, rows: Pending["rows"]): Promise<boolean> {
  const [first] = rows;
  if (first === undefined) {
    return false;
  }
  const stored = await readLeafHashes(trx, first[0], first[0] + rows.length);
  return rows.every(
    ([, , leaf], i) => stored[i] !== undefined && Buffer.compare(stored[i], leaf) === 0,
  );
}
