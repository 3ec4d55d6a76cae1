/**
 * Goes on after a loss: with an entry that says so, under the same name and key.
 *
 * The entry, the head row and the signed checkpoint over them are one transaction; the head store
 * comes last. Broken off before the transaction, nothing has happened; broken off after it, the
 * head store still contradicts the database and the next start asks for the ceremony again.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { inTransaction } from "../../db/transaction.ts";
import { ActivityError, type Checkpoint } from "../activity.ts";
import type { Actor, EntryDraft } from "../entries/entry.ts";
import { toBase64 } from "../tree/base64.ts";
import type { Loss } from "../verify/loss/loss.ts";
import type { LogState } from "../verify/start.ts";
import { writeGroup } from "./group.ts";
import { differenceAtEnd, lockHeadRow } from "./head-check.ts";
import { keepLostHead, writeHead } from "./head-store.ts";
import { type HeadSigner, signHead } from "./sign-head.ts";

export interface ResumeOptions extends HeadSigner {
  readonly db: Knex;
  readonly node: string;
  readonly headStore: string;
  /** Microseconds since 1970. */
  readonly clock: () => number;
  readonly state: LogState;
  readonly loss: Loss;
  /** The officer. */
  readonly by: Actor;
}

export interface Resumed {
  /** Index of the entry `log.restored`. */
  readonly index: number;
  readonly checkpoint: Checkpoint;
  /** Where the head lies that was signed over what is lost. */
  readonly evidence: string | null;
}

/** @throws {@link ActivityError} when the database has changed since it was verified. */
export async function resumeLog(options: ResumeOptions): Promise<Resumed> {
  const { db, headStore, state, loss } = options;
  const evidence =
    loss.lostRoot === null || loss.to === null || state.headNote === null
      ? null
      : keepLostHead(headStore, state.headNote, loss.to);
  const checkpoint = await inTransaction(db, (trx) => appendRestored(trx, options));
  writeHead(headStore, checkpoint.note);
  return { index: checkpoint.size - 1, checkpoint, evidence };
}

async function appendRestored(trx: Knex.Transaction, options: ResumeOptions): Promise<Checkpoint> {
  const { state, clock, node } = options;
  const { size, lastAt, lastLeaf } = state.found;
  const counted = await lockHeadRow(trx);
  const difference = await differenceAtEnd(trx, size, { size, lastLeaf });
  if (counted !== state.counted || difference !== null) {
    throw new ActivityError("activity log: it has changed while it was verified: start again");
  }
  const work = async () => ({ entries: [restored(options)], result: null });
  const job = { work, resolve: () => undefined, reject: () => undefined };
  const group = { base: size, lastAt, isBehind: false, clock, node };
  const { rows } = await writeGroup(trx, [job], group);
  const tree = state.found.tree.clone();
  const leaves = [...state.found.unsigned];
  for (const [, , leaf] of rows) {
    tree.append(leaf);
    leaves.push(leaf);
  }
  const head = { size: tree.size, root: tree.root() };
  const note = await signHead(options, head);
  await trx("log_checkpoints").insert({
    size: head.size,
    note,
    leaf_hashes: Buffer.concat(leaves),
  });
  return { ...head, note };
}

/** Entries from `signed` on were under no signature of their own when the log went on. */
function restored({ by, loss, state }: ResumeOptions): EntryDraft {
  const fields = {
    reason: loss.reason,
    from: loss.from,
    to: loss.to,
    lostRoot: loss.lostRoot === null ? null : toBase64(loss.lostRoot),
    signed: state.found.checkpoint?.size ?? 0,
  };
  return { ...by, action: "log.restored", outcome: "ok", fields };
}
