/**
 * Why a log was refused at start, as the person reads it who has to do something about it.
 *
 * @module
 */
import type { LogProblem } from "../log-problem.ts";
import type { Loss } from "./loss.ts";

export class LogRefusedError extends Error {
  override readonly name = "LogRefusedError";
  readonly code = "LOG_REFUSED";
  readonly problems: readonly LogProblem[];

  constructor(problems: readonly LogProblem[], loss: Loss | null) {
    super(`${whatWasFound(problems)}. ${whatToDo(problems, loss)}`);
    this.problems = problems;
  }
}

/** The first problem, and how many there are. */
export function whatWasFound(problems: readonly LogProblem[]): string {
  const [first] = problems;
  const more = problems.length > 1 ? `, the first of ${problems.length} problems` : "";
  return `activity log: refused from index ${first?.index} on: ${first?.detail} (${first?.code}${more})`;
}

function whatToDo(problems: readonly LogProblem[], loss: Loss | null): string {
  const see = "see LOG_REFUSED in docs/runbook.md";
  if (loss === null) {
    return problems.every(({ code, index }) => code === "CHECKPOINT_SIGNATURE" && index === 0)
      ? `A signature does not fit: the head store is damaged, or of another deployment. Put the right file back; if there is none, move this one aside and start again. Nothing was changed; ${see}`
      : `No restored backup explains this: the log was edited or damaged. Nothing was changed; keep a copy of the database as evidence, then restore a backup that verifies; ${see}`;
  }
  const resume = `an officer goes on with: meterseal log resume --accept-loss-from ${loss.from}`;
  switch (loss.reason) {
    case "LOG_TRUNCATED":
      return `An older backup was put back, or the last entries were taken away. Nothing was changed; put the newer database back if there is one. If it is lost, ${resume}; ${see}`;
    case "HEAD_CONFLICT":
      return `The database is another branch of this log: an older backup was put back and written to, without this head store. Nothing was changed; find the database that fits the head store. If it is lost, ${resume}; ${see}`;
    case "HEAD_STORE_MISSING":
      return `Without it nobody can tell whether an older backup was put back. Nothing was changed; put the file back, or mount its volume. If it is lost, ${resume}; ${see}`;
  }
}
