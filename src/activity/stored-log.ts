/**
 * The log in the core's database, read in pages.
 *
 * @module
 */
import type { Knex } from "../db/open.ts";
import type { LogSource, StoredEntry } from "./verify.ts";

const PAGE = 5000;

export function storedLog(db: Knex): LogSource {
  return {
    async *entries() {
      for (let after = -1; ; ) {
        const rows = await db("log_entries")
          .where("idx", ">", after)
          .orderBy("idx")
          .limit(PAGE)
          .select("idx", "body", "leaf_hash");
        for (const row of rows) {
          yield { idx: row.idx, body: row.body, leafHash: row.leaf_hash } satisfies StoredEntry;
        }
        if (rows.length < PAGE) {
          return;
        }
        after = rows[rows.length - 1].idx;
      }
    },
    async checkpoints() {
      const rows = await db("log_checkpoints").orderBy("size").select();
      return rows.map((row) => ({ size: row.size, note: row.note, leafHashes: row.leaf_hashes }));
    },
  };
}

/** Leaf hashes for a proof, as stored. */
export async function readLeafHashes(db: Knex, from: number, to: number): Promise<Uint8Array[]> {
  const rows = await db("log_entries")
    .where("idx", ">=", from)
    .andWhere("idx", "<", to)
    .orderBy("idx")
    .select("leaf_hash");
  return rows.map((row) => row.leaf_hash);
}
