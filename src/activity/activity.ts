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

export interface LogHead {
  /** Entries that are durable. */
  readonly size: number;
  /** Entries under the last signed checkpoint. */
  readonly signed: number;
  /** Root at `signed`, base64. */
  readonly root: string;
  /** When that checkpoint was made, RFC 3339; null before the first one of this run. */
  readonly signedAt: string | null;
}

export interface LogLock {
  readonly code: string;
  /** RFC 3339. */
  readonly since: string;
  readonly detail: string;
}

export interface Activity {
  /**
   * Runs `work` in a write transaction, appends its entries there, and resolves when both are
   * durable. Works are serialised in call order and may share a transaction (group commit); a
   * work that throws is rolled back alone and rejects alone. It may run twice, so it must have
   * no effect outside its transaction.
   *
   * @throws {@link ActivityError} `LOG_UNAVAILABLE` when the database does not take it.
   */
  commit<T>(work: (trx: Knex.Transaction) => Promise<Work<T>>): Promise<Committed<T>>;
  /** A signed checkpoint that covers every entry committed before the call. */
  checkpoint(): Promise<Checkpoint>;
  /** How far the log is, without signing anything. */
  head(): LogHead;
  /** Why the log takes nothing more until it is started anew; null while it does. */
  lock(): LogLock | null;
  /** The verifier key of the log, C2SP signed-note form. */
  readonly vkey: string;
  /** Waits for running work, signs a last checkpoint, stops timers. */
  close(): Promise<void>;
}

export class ActivityError extends Error {
  override readonly name = "ActivityError";
  readonly code = "LOG_UNAVAILABLE";
}
