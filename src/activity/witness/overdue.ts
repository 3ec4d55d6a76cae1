/**
 * When witnesses are overdue: the oldest entry that no quorum has cosigned is too old.
 *
 * A log that does not grow needs no new cosignature, however long that lasts.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { parseMicroseconds } from "../entries/entry-text.ts";

export interface OverdueClock {
  /** Tells whether an entry has waited for longer than it may; `size` is what the quorum covers. */
  isOverdue(db: Knex, size: number): Promise<boolean>;
}

/** `now` in milliseconds. */
export function overdueClock(maxAgeSeconds: number, now: () => number): OverdueClock {
  // The entry does not change: looked up once per size.
  let known: { readonly size: number; readonly at: number } | null = null;
  return {
    async isOverdue(db, size) {
      if (known?.size !== size) {
        const at = await timeOf(db, size);
        known = at === null ? null : { size, at };
      }
      return known !== null && now() - known.at > maxAgeSeconds * 1000;
    },
  };
}

/** Milliseconds of an entry; null when there is none; of a pruned one, long ago. */
async function timeOf(db: Knex, index: number): Promise<number | null> {
  const row = await db("log_entries").where({ idx: index }).first("body");
  if (row === undefined) {
    return null;
  }
  const { at } = row.body === "" ? {} : (JSON.parse(row.body) as { at?: unknown });
  return (parseMicroseconds(String(at)) || 0) / 1000;
}
