/**
 * Empties the bodies of pruned entries: in slices, between which others have their turn, and again
 * after a crash until none is left. Leaf hashes stay, and with them tree, proofs and checkpoints.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
import { cutWal, noteErasure } from "../../db/erase.ts";
import { dialectOf, type Knex } from "../../db/open.ts";
import { inTransaction } from "../../db/transaction.ts";

const SLICE = 1000;

/** Writes down that entries below an index are gone; the entry that says so must be there. */
export async function recordPruned(db: Knex, below: number, entry: number): Promise<void> {
  const [known] = await db("log_pruned").max({ below: "below" });
  if (Number(known?.["below"] ?? 0) < below) {
    await db("log_pruned").insert({ below, entry });
  }
}

/** Empties every body below an index; `isOver` ends it early. Answers how many it has emptied. */
export async function emptyBodies(
  db: Knex,
  below: number,
  isOver: () => boolean = () => false,
): Promise<number> {
  const [first] = await db("log_entries")
    .where("idx", "<", below)
    .andWhere("body", "<>", "")
    .min({ idx: "idx" });
  let count = 0;
  for (let from = Number(first?.["idx"] ?? below); from < below && !isOver(); from += SLICE) {
    const to = Math.min(below, from + SLICE);
    count += await inTransaction(db, async (trx) => {
      noteErasure(trx);
      return await trx("log_entries")
        .where("idx", ">=", from)
        .andWhere("idx", "<", to)
        .andWhere("body", "<>", "")
        .update({ body: "" });
    });
    await setImmediate();
  }
  if (count > 0) {
    await cutWal(db);
    if (dialectOf(db) === "postgres") {
      // The server keeps the old rows until then; without the right to, it does so in its own time.
      await db.raw("VACUUM log_entries").catch(() => undefined);
    }
  }
  return count;
}
