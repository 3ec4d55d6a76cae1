/**
 * The activity log as the rest of the core sees it.
 *
 * The rule: no durable entry, no release. What an act changes and the entries about it commit in
 * one transaction, and the caller may release nothing before `commit` has resolved.
 *
 * @module
 */
import type { Knex } from "../db/open.ts";
import type { EntryDraft } from "./entries/entry.ts";

export interface Work<T> {
  readonly entries: readonly EntryDraft[];
  readonly result: T;
}

export interface Committed<T> {
  readonly result: T;
  /** Index of the first entry of this work, and the size of the log after its last. */
  readonly first: number;
  readonly size: number;
}

export interface Checkpoint {
  readonly size: number;
  readonly root: Uint8Array;
  /** C2SP signed note. */
  readonly note: string;
}

/** Why the log takes no entries: what the database or its files have become. */
export type LockCode =
  /** A file of the SQLite database was unlinked or replaced. */
  | "LOG_FILE_GONE"
  /** The database has fewer entries than this core appended: restored, or cut. */
  | "LOG_HEAD_BEHIND"
  /** It has more: another process writes. */
  | "LOG_HEAD_AHEAD"
  /** It has as many, and the last is another one. */
  | "LOG_FORKED"
  /** The head store could not be written for too long; ends by itself. */
  | "LOG_HEAD_STORE";

export interface LogLock {
  readonly code: LockCode;
  /** RFC 3339. */
  readonly since: string;
  /** A sentence for the operator: what was found, what it can mean, what to do. */
  readonly detail: string;
}

export interface LogHead {
  /** Entries that are durable. */
  readonly size: number;
  /** Root over them, base64. */
  readonly root: string;
  /** Entries under the last signed checkpoint. */
  readonly signed: number;
  /** When that checkpoint was made, RFC 3339; null before the first one of this run. */
  readonly signedAt: string | null;
}

export interface Activity {
  /**
   * Runs `work` in a write transaction, appends its entries there, and resolves when both are
   * durable. Works are serialised in call order and may share a transaction (group commit); a
   * work that throws is rolled back alone and rejects alone. It may run twice, so it must have
   * no effect outside its transaction.
   *
   * @throws {@link ActivityError} `LOG_UNAVAILABLE` when the database does not take it now,
   *   `LOG_LOCKED` until the next start.
   */
  commit<T>(work: (trx: Knex.Transaction) => Promise<Work<T>>): Promise<Committed<T>>;
  /**
   * A signed checkpoint that covers every entry committed before the call.
   *
   * @throws {@link ActivityError}
   */
  checkpoint(): Promise<Checkpoint>;
  /** How far the log is, without signing anything: answers while locked. */
  head(): LogHead;
  /** Why the log takes no entries; null while it does. */
  lock(): LogLock | null;
  /** The verifier key of the log, C2SP signed-note form. */
  readonly vkey: string;
  /** Waits for running work, signs a last checkpoint, stops timers. */
  close(): Promise<void>;
}

export type ActivityErrorCode = "LOG_UNAVAILABLE" | "LOG_LOCKED";

export interface ActivityErrorOptions extends ErrorOptions {
  readonly code?: ActivityErrorCode;
  readonly lock?: LogLock;
}

export class ActivityError extends Error {
  override readonly name = "ActivityError";
  readonly code: ActivityErrorCode;
  /** With `LOG_LOCKED`. */
  readonly lock: LogLock | null;

  constructor(message: string, options: ActivityErrorOptions = {}) {
    super(message, options);
    this.code = options.code ?? "LOG_UNAVAILABLE";
    this.lock = options.lock ?? null;
  }
}
