/**
 * Before anything is served: has a witness seen more of this log than there is?
 *
 * A data directory that was set back as a whole, head store and all, is whole in itself. Only who
 * stands outside can tell. A restore that the log itself declares (`log.restored`) is let pass:
 * the witness goes on refusing until its auditor has accepted it.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { AHEAD, FORK } from "./submit.ts";
import type { Answered, Witnesses } from "./witnesses.ts";

const TIMEOUT_MS = 5000;

/** Why the core does not start. */
export class WitnessRefusedError extends Error {
  override readonly name = "WitnessRefusedError";
  readonly code: string;
  /** Index from which on the log is not what the witness has seen. */
  readonly index: number;

  constructor(code: string, index: number, detail: string) {
    super(detail);
    this.code = code;
    this.index = index;
  }
}

/**
 * Asks every witness. One that does not answer is no reason to stay down.
 *
 * @throws {@link WitnessRefusedError}; nothing was written to the log then
 */
export async function askBeforeStart(
  db: Knex,
  witnesses: Pick<Witnesses, "askAll" | "take">,
): Promise<void> {
  const answers = await witnesses.askAll(TIMEOUT_MS);
  const against = answers.filter(({ submission: { code } }) => code === AHEAD || code === FORK);
  if (against.length > 0) {
    const restored = await lastRestore(db);
    // What it has cosigned after the declaration, it has cosigned with it.
    const undeclared = against.find(
      ({ standing }) => restored === null || (standing.size ?? 0) > restored,
    );
    if (undeclared !== undefined) {
      throw refusal(undeclared);
    }
  }
  await witnesses.take(answers);
}

/** Index of the last entry that declares a restore. */
async function lastRestore(db: Knex): Promise<number | null> {
  const row = await db("log_entries")
    // Quotes within a value are escaped: this is the entry's own member.
    .where("body", "like", '%"action":"log.restored"%')
    .andWhere("body", "like", '%"outcome":"ok"%')
    .orderBy("idx", "desc")
    .first("idx");
  return row === undefined ? null : Number(row.idx);
}

function refusal({ standing, submission, checkpoint }: Answered): WitnessRefusedError {
  const { name } = standing.witness;
  const own = checkpoint.size;
  const seen = submission.code === AHEAD ? submission.size : null;
  const detail =
    seen === null
      ? `the witness ${name} has seen another log than this one: some of its ${own} entries are not those that were there`
      : `the witness ${name} has seen ${seen} entries, there are ${own}: what was there from entry ${own} on is gone`;
  const remedy = "after a restore, declare it with `meterseal log resume`";
  const code = submission.code ?? AHEAD;
  return new WitnessRefusedError(
    code,
    seen === null ? (standing.size ?? 0) : own,
    `activity log: ${detail} (${remedy})`,
  );
}
