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
import type { VerifierKey } from "../tree/note.ts";
import { contradiction } from "./contradiction.ts";
import { AHEAD, FORK } from "./submit.ts";
import type { Answered, Witnesses } from "./witnesses.ts";

const TIMEOUT_MS = 5000;

/** Why the core does not start. */
export class WitnessRefusedError extends Error {
  override readonly name = "WitnessRefusedError";
  readonly code: string;
  /** Index from which on the log is not what the witness has seen, as far as is known. */
  readonly index: number;
  /**
   * What the log itself has signed and does not keep to. In the head store it refuses every start,
   * witnesses or not, until an officer accepts the loss.
   */
  readonly evidence: string | null;

  constructor(code: string, index: number, detail: string, evidence: string | null) {
    super(detail);
    this.code = code;
    this.index = index;
    this.evidence = evidence;
  }
}

/**
 * Asks every witness. One that does not answer is no reason to stay down.
 *
 * @throws {@link WitnessRefusedError}; nothing was written to the log then
 */
export async function askBeforeStart(
  db: Knex,
  log: VerifierKey,
  witnesses: Pick<Witnesses, "askAll" | "take">,
): Promise<void> {
  const answers = await witnesses.askAll(TIMEOUT_MS);
  const against = answers.filter(({ submission: { code } }) => code === AHEAD || code === FORK);
  if (against.length > 0) {
    const restored = await lastRestore(db);
    // What it has cosigned after the declaration, it has cosigned with it.
    const undeclared = against.find((answered) => !isDeclared(answered, restored));
    if (undeclared !== undefined) {
      const evidence = await contradiction(db, log, undeclared.standing.asked, TIMEOUT_MS);
      throw refusal(undeclared, evidence);
    }
  }
  await witnesses.take(answers);
}

/** An entry that declares a restore: what was lost ends before `to`. */
interface Restore {
  readonly index: number;
  readonly to: number | null;
}

async function lastRestore(db: Knex): Promise<Restore | null> {
  const row = await db("log_entries")
    // Quotes within a value are escaped: this is the entry's own member.
    .where("body", "like", '%"action":"log.restored"%')
    .andWhere("body", "like", '%"outcome":"ok"%')
    .orderBy("idx", "desc")
    .first("idx", "body");
  if (row === undefined) {
    return null;
  }
  const { to } = JSON.parse(row.body) as { to?: unknown };
  return { index: Number(row.idx), to: typeof to === "number" ? to : null };
}

/** What a witness has cosigned after the declaration, it has cosigned with it. */
function isDeclared({ standing, submission }: Answered, restored: Restore | null): boolean {
  const seen = submission.code === AHEAD ? submission.size : null;
  return (
    restored !== null &&
    (standing.size ?? 0) <= restored.index &&
    (seen === null || restored.to === null || seen <= restored.to)
  );
}

function refusal(
  { standing, submission, checkpoint }: Answered,
  evidence: string | null,
): WitnessRefusedError {
  const { name } = standing.witness;
  const own = checkpoint.size;
  const code = submission.code ?? AHEAD;
  const isAhead = code === AHEAD;
  const found = isAhead
    ? `the witness ${name} has seen ${submission.code === null ? own : submission.size} entries, there are ${own}: what was there from entry ${own} on is gone`
    : `the witness ${name} has seen another log of this name and key: some of these ${own} entries are not the ones that were there`;
  const next =
    evidence === null
      ? "It shows no signed checkpoint for it: ask its operator"
      : "Its checkpoint, signed by this log, is in the head store now: the next start says how to go on, see LOG_REFUSED in docs/runbook.md";
  const detail = `activity log: ${found}. An older copy of everything was put back, or the log was forked. ${next}`;
  return new WitnessRefusedError(code, isAhead ? own : (standing.size ?? 0), detail, evidence);
}
