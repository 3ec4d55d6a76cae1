/**
 * Holds the database against what this core has appended, inside the transaction that goes on.
 *
 * Two look-ups by primary key: how many entries the head row counts, and which one is the last.
 * A change further down is not seen here; the start and `log verify` read everything.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import type { Difference } from "./lock.ts";

/** The end of the log in memory. */
export interface KnownEnd {
  readonly size: number;
  /** Leaf hash of the last entry; null when there is none. */
  readonly lastLeaf: Uint8Array | null;
}

/** Entries by the head row, which stays locked to other writers until the transaction ends. */
export async function lockHeadRow(trx: Knex.Transaction): Promise<number> {
  const [head] = await trx("log_head").where({ id: 1 }).forUpdate().select("size");
  return Number(head?.size ?? 0);
}

/** The log must end where this core left it. */
export async function differenceAtEnd(
  trx: Knex.Transaction,
  counted: number,
  { size, lastLeaf }: KnownEnd,
): Promise<Difference | null> {
  if (counted !== size) {
    return counted < size ? behind(counted, size) : ahead(counted, size);
  }
  const [last] = await trx("log_entries")
    .orderBy("idx", "desc")
    .limit(1)
    .select("idx", "leaf_hash");
  const stored = last === undefined ? 0 : last.idx + 1;
  if (stored !== size) {
    return stored < size ? behind(stored, size) : ahead(stored, size);
  }
  return isSame(last?.leaf_hash ?? null, lastLeaf) ? null : forked(size - 1);
}

/** The log may have grown since, but must still hold what is about to be signed. */
export async function differenceBelow(
  trx: Knex.Transaction,
  { size, lastLeaf }: KnownEnd,
): Promise<Difference | null> {
  const counted = await lockHeadRow(trx);
  if (counted < size) {
    return behind(counted, size);
  }
  const [last] = await trx("log_entries")
    .where({ idx: size - 1 })
    .select("leaf_hash");
  if (last === undefined && size > 0) {
    return behind(size - 1, size);
  }
  return isSame(last?.leaf_hash ?? null, lastLeaf) ? null : forked(size - 1);
}

export function ahead(stored: number, size: number): Difference {
  const detail =
    `the database has ${stored} entries, this core appended ${size}: another core writes to the ` +
    "same database. This one has stopped recording and releasing; stop it, and keep the other, " +
    "or stop both and start one (LOG_HEAD_AHEAD in docs/runbook.md)";
  return { code: "LOG_HEAD_AHEAD", detail };
}

function behind(stored: number, size: number): Difference {
  const detail =
    `the database has ${stored} entries, this core appended ${size}: an older backup was put ` +
    `back while the core ran, or entries from ${stored} on were deleted. Nothing is recorded or ` +
    "released any more; stop the core and keep a copy of the database before anything else " +
    "(LOG_HEAD_BEHIND in docs/runbook.md)";
  return { code: "LOG_HEAD_BEHIND", detail };
}

function forked(index: number): Difference {
  const detail =
    `entry ${index} in the database is not the one that this core appended: it was edited, or ` +
    "an older backup was put back and written to. Nothing is recorded or released any more; stop " +
    "the core and keep a copy of the database before anything else " +
    "(LOG_FORKED in docs/runbook.md)";
  return { code: "LOG_FORKED", detail };
}

export function fileGone(fault: string): Difference {
  const detail =
    `${fault}, under the running core: what SQLite writes now ends with this process. Nothing ` +
    "is recorded or released any more; copy what is left of the files before you stop the core " +
    "(LOG_FILE_GONE in docs/runbook.md)";
  return { code: "LOG_FILE_GONE", detail };
}

function isSame(stored: Uint8Array | null, known: Uint8Array | null): boolean {
  return stored === null || known === null ? stored === known : Buffer.compare(stored, known) === 0;
}
