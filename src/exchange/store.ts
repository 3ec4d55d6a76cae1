/**
 * Access to the exchange's database that fails closed.
 *
 * A database that is full, locked, read-only or away is answered with 503 before anything left;
 * the transaction has then changed nothing.
 *
 * @module
 */
import { Problem } from "../base/problem.ts";
import { cutWal } from "../db/erase.ts";
import type { Knex } from "../db/open.ts";
import { inTransaction } from "../db/transaction.ts";

/**
 * Runs `work` in one write transaction. What it erased is cut from the database's own log soon
 * after; nobody waits for that.
 *
 * @throws {@link Problem} 503 `STORE_UNAVAILABLE`
 */
export async function inStore<T>(
  db: Knex,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const result = await guarded(() => inTransaction(db, work));
  void cutWal(db);
  return result;
}

/** Runs a read; the same refusal when the database does not answer. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isDatabaseError(error) ? unavailable(error) : error;
  }
}

/** Drivers set a `code` (SQLITE_FULL, 53100, ECONNREFUSED); the pool a name. */
function isDatabaseError(error: unknown): boolean {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return !(error instanceof Problem) && (typeof code === "string" || name === "KnexTimeoutError");
}

function unavailable(cause: unknown): Problem {
  const problem = new Problem(503, "STORE_UNAVAILABLE", "the store does not answer, try again");
  problem.cause = cause;
  return problem;
}
