/**
 * Transactions that take the write lock first.
 *
 * SQLite's plain BEGIN upgrades at the first write and then fails at once when another
 * connection has written in between; a write that touches no row, made first, has the effect of
 * BEGIN IMMEDIATE and waits its turn instead.
 *
 * @module
 */
import { dialectOf, type Knex } from "./open.ts";

/** Runs `work` in one write transaction; commits when it resolves, rolls back when it throws. */
export async function inTransaction<T>(
  db: Knex,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  return await db.transaction(async (trx) => {
    if (dialectOf(db) === "sqlite") {
      await trx.raw("UPDATE write_lock SET held = 1 WHERE 0");
    }
    return await work(trx);
  });
}
