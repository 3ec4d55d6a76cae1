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
import type { ExchangeContext } from "./context.ts";
import type { KeyPlace } from "./day-keys.ts";
import { endedIn } from "./ended.ts";

/**
 * Runs `work` in one write transaction. The keys of links that ended in it are gone when this
 * resolves; what it erased is cut from the database's own log soon after, and nobody waits for
 * that.
 *
 * @throws {@link Problem} 503 `STORE_UNAVAILABLE`
 */
export async function inStore<T>(
  x: ExchangeContext,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  let ended: readonly KeyPlace[] = [];
  const result = await guarded(() =>
    inTransaction(x.db, async (trx) => {
      const answer = await work(trx);
      ended = endedIn(trx);
      return answer;
    }),
  );
  await eraseKeys(x, ended);
  x.wal.soon();
  return result;
}

/** Erases keys after the commit; what does not succeed is left for the sweeper. */
export async function eraseKeys(x: ExchangeContext, places: readonly KeyPlace[]): Promise<void> {
  try {
    await Promise.all(places.map((place) => x.dayKeys.erase(place)));
  } catch (error) {
    x.leftKeys.some = true;
    const { code } = error as { code?: unknown };
    x.logger.error({ errorCode: String(code) }, "the key of an ended link was not erased");
  }
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
