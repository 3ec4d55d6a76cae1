/**
 * Before the log takes an entry, all of it is verified; otherwise the core does not start.
 *
 * A database that was restored from an older backup, truncated or edited disagrees with the head
 * store or with its own signatures, and the refusal says from which index on.
 *
 * @module
 */
import type { DatabaseLocation, Knex } from "../../db/open.ts";
import { readHead } from "../append/head-store.ts";
import type { LogStart } from "../append/log-start.ts";
import { openCheckpoint } from "../hashing.ts";
import type { VerifierKey } from "../tree/note.ts";
import type { LogProblem } from "./log-problem.ts";
import { type Loss, lossOf } from "./loss/loss.ts";
import { LogRefusedError } from "./loss/refused.ts";
import { beginningProblems, headRowProblems, readLeafHashes, storedLog } from "./stored-log.ts";
import { openAhead } from "./threads/ahead.ts";
import { type EntryVisitor, type Verification, verifyLog } from "./verify.ts";

export { LogRefusedError } from "./loss/refused.ts";

export interface StartOptions {
  readonly visitors?: readonly EntryVisitor[];
  /** True for a log that has not begun. */
  readonly isNew?: boolean;
  /** Told now and then how many entries were read. */
  readonly progress?: (entries: number) => void;
  /** Where threads may read the same database; without it one thread reads all. */
  readonly location?: DatabaseLocation;
}

/** All that a start knows of a log, right or not. */
export interface LogState {
  readonly found: Verification & LogStart;
  /** By index, the lowest first. */
  readonly problems: readonly LogProblem[];
  readonly loss: Loss | null;
  /** The head store's note. */
  readonly headNote: string | null;
  /** Entries by the head row. */
  readonly counted: number;
}

/** @throws {@link LogRefusedError} | {@link HeadStoreError} */
export async function startLog(
  db: Knex,
  key: VerifierKey,
  headStore: string,
  options: StartOptions = {},
): Promise<LogStart & { readonly size: number }> {
  const { found, problems, loss } = await inspectLog(db, key, headStore, options);
  if (problems.length > 0) {
    throw new LogRefusedError(problems, loss);
  }
  return found;
}

/** Verifies the log and its surroundings. */
export async function inspectLog(
  db: Knex,
  key: VerifierKey,
  headStore: string,
  { visitors = [], isNew = false, progress, location }: StartOptions,
): Promise<LogState> {
  const headNote = readHead(headStore);
  const outside = headNote === null ? [] : [{ what: "head store", note: headNote }];
  const ahead = location === undefined ? null : await openAhead(db, { location, visitors });
  const found = await verifyLog(storedLog(db), key, {
    outside,
    visitors,
    ahead,
    ...(progress === undefined ? {} : { progress }),
  }).finally(() => ahead?.crew.close());
  const { size } = found;
  const problems = [
    ...found.problems,
    ...(await headRowProblems(db, size)),
    ...(isNew ? [] : beginningProblems(size, headNote)),
  ].sort((a, b) => a.index - b.index);
  const [row] = await db("log_head").where({ id: 1 }).select("size");
  const [stored] = await db("log_checkpoints").max("size as size");
  const counted = Number(row?.size ?? 0);
  const loss = lossOf(found, problems, {
    head: headNote === null ? null : openCheckpoint(headNote, key),
    isHeadMissing: headNote === null,
    counted,
    lastStored: Number(stored?.["size"] ?? 0),
  });
  const [lastLeaf = null] = await readLeafHashes(db, size - 1, size);
  return { found: { ...found, lastLeaf }, problems, loss, headNote, counted };
}
