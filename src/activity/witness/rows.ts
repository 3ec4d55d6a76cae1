/**
 * What witnesses have said of the log, kept in the core's database.
 *
 * Rows are believed only as far as their signatures go: the last checkpoint that each witness has
 * cosigned, and the newest one that has met the quorum.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { formatVkey, openCheckpoint, PRIMITIVES } from "../hashing.ts";
import { findCosignature } from "../tree/checkpoint.ts";
import { parseNote, type VerifierKey } from "../tree/note.ts";
import type { Policy } from "../tree/policy.ts";
import { isWitnessed } from "../tree/policy-group.ts";

/** A checkpoint with cosignature lines under it. */
export interface Cosigned {
  readonly size: number;
  readonly note: string;
  /** RFC 3339, by the clock of the core. */
  readonly seenAt: string;
}

export async function readCosigned(
  db: Knex,
  log: VerifierKey,
  witness: VerifierKey,
): Promise<Cosigned | null> {
  const row = await db("log_cosignatures")
    .where({ witness: formatVkey(witness) })
    .first();
  const parsed = row === undefined ? null : parseNote(row.note);
  const head = row === undefined ? null : openCheckpoint(row.note, log);
  const isGood =
    parsed !== null &&
    head?.size === row.size &&
    findCosignature(PRIMITIVES, parsed, witness) !== null;
  return isGood ? { size: row.size, note: row.note, seenAt: row.seen_at } : null;
}

export async function writeCosigned(
  db: Knex,
  witness: VerifierKey,
  { size, note, seenAt }: Cosigned,
): Promise<void> {
  const row = { witness: formatVkey(witness), size, note, seen_at: seenAt };
  await db("log_cosignatures").insert(row).onConflict("witness").merge();
}

/** The newest checkpoint that meets the policy as it is now; null when there is none. */
export async function readWitnessed(
  db: Knex,
  log: VerifierKey,
  { quorum }: Policy,
): Promise<Cosigned | null> {
  const row = await db("log_witnessed").where({ id: 1 }).first();
  const isGood =
    row !== undefined &&
    openCheckpoint(row.note, log)?.size === row.size &&
    isWitnessed(PRIMITIVES, quorum, row.note);
  return isGood ? { size: row.size, note: row.note, seenAt: row.seen_at } : null;
}

export async function writeWitnessed(db: Knex, { size, note, seenAt }: Cosigned): Promise<void> {
  const row = { id: 1, size, note, seen_at: seenAt };
  await db("log_witnessed").insert(row).onConflict("id").merge();
}
