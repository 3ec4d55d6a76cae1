/**
 * What an attacker with the database's own password does to the log.
 *
 * @module
 */
import { leafHash } from "../../src/activity/hashing.ts";
import { dialectOf, type Knex } from "../../src/db/open.ts";

const TABLES = ["log_entries", "log_checkpoints"];
const LOG_TABLES = [...TABLES, "log_head"];

/** Takes the insert-only triggers away. */
export async function dropTriggers(db: Knex): Promise<void> {
  for (const table of TABLES) {
    const isSqlite = dialectOf(db) === "sqlite";
    for (const suffix of isSqlite ? ["u", "d", "i"] : ["ud", "t", "i"]) {
      const trigger = `${table}_${suffix}`;
      await db.raw(isSqlite ? `DROP TRIGGER ${trigger}` : `DROP TRIGGER ${trigger} ON ${table}`);
    }
  }
}

/** Replaces text in an entry, and its leaf hash with it unless told otherwise. */
export async function editEntry(
  db: Knex,
  idx: number,
  from: string | RegExp,
  to: string,
  withLeafHash = true,
): Promise<void> {
  const body = await bodyOf(db, idx);
  const edited = body.replace(from, to);
  if (edited === body) {
    throw new Error(`entry ${idx}: expected to find what is to be edited`);
  }
  const hash = withLeafHash ? { leaf_hash: Buffer.from(leafHash(edited)) } : {};
  await db("log_entries")
    .where({ idx })
    .update({ body: edited, ...hash });
}

/** Exchanges two entries with their leaf hashes. */
export async function swapEntries(db: Knex, a: number, b: number): Promise<void> {
  const [left] = await db("log_entries").where({ idx: a }).select("body", "leaf_hash");
  const [right] = await db("log_entries").where({ idx: b }).select("body", "leaf_hash");
  await db("log_entries").where({ idx: a }).update(right);
  await db("log_entries").where({ idx: b }).update(left);
}

/** Takes an entry out and moves those behind it up, so that no index is missing. */
export async function closeGap(db: Knex, idx: number): Promise<void> {
  await db("log_entries").where({ idx }).delete();
  const rows: { idx: number }[] = await db("log_entries")
    .where("idx", ">", idx)
    .orderBy("idx")
    .select("idx");
  for (const row of rows) {
    await db("log_entries")
      .where({ idx: row.idx })
      .update({ idx: row.idx - 1 });
  }
}

/** Makes the copies of leaf hashes beside the checkpoints fit the entries again. */
export async function editCopies(db: Knex): Promise<void> {
  let from = 0;
  for (const { size } of await db("log_checkpoints").orderBy("size").select("size")) {
    const rows: { leaf_hash: Buffer }[] = await db("log_entries")
      .where("idx", ">=", from)
      .andWhere("idx", "<", size)
      .orderBy("idx")
      .select("leaf_hash");
    const leaf_hashes = Buffer.concat(rows.map((row) => row.leaf_hash));
    await db("log_checkpoints").where({ size }).update({ leaf_hashes });
    from = size;
  }
}

/** All rows of some tables, to be put back later: a backup. */
export async function backUp(
  db: Knex,
  tables: readonly string[] = LOG_TABLES,
): Promise<() => Promise<void>> {
  const kept = await Promise.all(
    tables.map(async (table) => ({ table, rows: await db(table).select() })),
  );
  return async () => {
    for (const { table, rows } of kept) {
      await db(table).delete();
      await db.batchInsert(table, rows, 200);
    }
  };
}

export async function bodyOf(db: Knex, idx: number): Promise<string> {
  const [row] = await db("log_entries").where({ idx }).select("body");
  return row.body;
}
