/**
 * Access to the exchange's database that fails closed.
 *
 * A database that is full, locked, read-only or away is answered with 503 before anything left;
 * the transaction has then changed nothing.
 *
 * @module
 */
import { Problem } from "../base/problem.ts";
import type { Knex } from "../db/open.ts";
import { inTransaction } from "../db/transaction.ts";

/**
 * Runs `work` in one write transaction.
 *
 * @throws {@link Problem} 503 `STORE_UNAVAILABLE`
 */
export async function inStore<T>(
  db: Knex,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return await guarded(() => inTransaction(db, work));
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
