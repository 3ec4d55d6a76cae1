/**
 * Tables beside the log: what is derived from it, what witnesses said of it, what was pruned.
 *
 * `docs/log-format.md` has the form of what is derived.
 *
 * @module
 */
import { dialectOf, type Knex } from "../open.ts";
import { insertOnly, withoutRowid } from "./ddl.ts";

/** Creates the index over the entries and the hashes of tiles above level 0. */
export async function createLogIndex(db: Knex): Promise<void> {
  await withoutRowid(db, "log_subtrees", (table) => {
    table.integer("level").notNullable();
    table.bigInteger("idx").notNullable();
    table.binary("hash").notNullable();
    table.primary(["level", "idx"]);
  });
  await db.schema.createTable("log_segments", (table) => {
    (dialectOf(db) === "sqlite" ? table.integer("first") : table.bigInteger("first")).primary();
    table.bigInteger("last").notNullable();
    table.binary("times").notNullable();
  });
  await withoutRowid(db, "log_index", (table) => {
    table.text("term").notNullable();
    table.bigInteger("segment").notNullable();
    table.binary("postings").notNullable();
    table.primary(["term", "segment"]);
    table.index(["segment"]);
  });
}

/** Creates the last cosigned checkpoint per witness. */
export async function createWitnessTable(db: Knex): Promise<void> {
  await db.schema.createTable("log_cosignatures", (table) => {
    // C2SP verifier key of the witness.
    table.text("witness").primary();
    table.bigInteger("size").notNullable();
    // The checkpoint with the witness's line under it.
    table.text("note").notNullable();
    table.text("seen_at").notNullable();
  });
}

/** Creates the newest checkpoint that has met the quorum of witnesses. */
export async function createWitnessedTable(db: Knex): Promise<void> {
  await db.schema.createTable("log_witnessed", (table) => {
    table.integer("id").primary();
    table.bigInteger("size").notNullable();
    // The checkpoint with the cosignatures that met it.
    table.text("note").notNullable();
    table.text("seen_at").notNullable();
  });
}

/**
 * Lets bodies be emptied below an index that was pruned, and nothing else be changed. A row of
 * `log_pruned` needs the entry that says so.
 */
export async function createLogRetention(db: Knex): Promise<void> {
  await db.schema.createTable("log_pruned", (table) => {
    (dialectOf(db) === "sqlite" ? table.integer("below") : table.bigInteger("below")).primary();
    // The entry `log.pruned` that says so.
    table.bigInteger("entry").notNullable();
  });
  const isSqlite = dialectOf(db) === "sqlite";
  const field = (name: string) =>
    isSqlite ? `json_extract(body, '$.${name}')` : `(body::jsonb ->> '${name}')`;
  const below = isSqlite ? field("below") : `${field("below")}::bigint`;
  await insertOnly(
    db,
    "log_pruned",
    `NEW.below <= (SELECT COALESCE(MAX(below), 0) FROM log_pruned) OR NEW.below % 256 <> 0
     OR NEW.below > NEW.entry OR NOT EXISTS (SELECT 1 FROM log_entries WHERE idx = NEW.entry
       AND ${field("action")} = 'log.pruned' AND ${field("outcome")} = 'ok'
       AND ${below} = NEW.below)`,
  );
  await db.raw(
    isSqlite ? "DROP TRIGGER log_entries_u" : "DROP TRIGGER log_entries_ud ON log_entries",
  );
  const emptied = `NEW.idx = OLD.idx AND NEW.leaf_hash = OLD.leaf_hash AND NEW.body = ''
    AND OLD.idx < (SELECT COALESCE(MAX(below), 0) FROM log_pruned)`;
  if (isSqlite) {
    await db.raw(
      `CREATE TRIGGER log_entries_u BEFORE UPDATE ON log_entries WHEN (${emptied}) IS NOT 1
       BEGIN SELECT RAISE(ABORT, 'log_entries is insert-only'); END`,
    );
    return;
  }
  await db.raw(
    `CREATE FUNCTION log_entries_keep() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF TG_OP = 'UPDATE' THEN IF ${emptied} THEN RETURN NEW; END IF; END IF;
       RAISE EXCEPTION 'log_entries is insert-only';
     END $$`,
  );
  await db.raw(
    `CREATE TRIGGER log_entries_ud BEFORE UPDATE OR DELETE ON log_entries
     FOR EACH ROW EXECUTE FUNCTION log_entries_keep()`,
  );
}
