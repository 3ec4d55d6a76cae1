/**
 * Before the log takes an entry, all of it is verified; otherwise the core stays locked.
 *
 * A database that was restored from an older backup, truncated or edited disagrees with the head
 * store or with its own signatures, and the refusal says from which index on.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { readHead } from "../append/head-store.ts";
import type { LogStart } from "../append/log-start.ts";
import type { VerifierKey } from "../tree/note.ts";
import type { LogProblem } from "./log-problem.ts";
import { beginningProblems, headRowProblems, storedLog } from "./stored-log.ts";
import { type EntryVisitor, verifyLog } from "./verify.ts";

export class LogRefusedError extends Error {
  override readonly name = "LogRefusedError";
  readonly code = "LOG_REFUSED";
  readonly problems: readonly LogProblem[];

  constructor(problems: readonly LogProblem[]) {
    const first = problems[0];
    super(
      `activity log: does not verify from index ${first?.index} on (${first?.code}: ${first?.detail})`,
    );
    this.problems = problems;
  }
}

/** @throws {@link LogRefusedError} */
export async function startLog(
  db: Knex,
  key: VerifierKey,
  headStore: string,
  visitors: readonly EntryVisitor[] = [],
  isNew = false,
): Promise<LogStart & { readonly size: number }> {
  const head = readHead(headStore);
  const outside = head === null ? [] : [{ what: "head store", note: head }];
  const found = await verifyLog(storedLog(db), key, { outside, visitors });
  const problems = [
    ...found.problems,
    ...(await headRowProblems(db, found.size)),
    ...(isNew ? [] : beginningProblems(found.size, head)),
  ];
  if (problems.length > 0) {
    throw new LogRefusedError(problems);
  }
  return found;
}
