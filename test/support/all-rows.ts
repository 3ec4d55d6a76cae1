/**
 * Every value of every table of a database, to look for what must not be there.
 *
 * @module
 */
import { dialectOf, type Knex } from "../../src/db/open.ts";
import { inOrder } from "./enrolling.ts";

/** Names of the database's tables, but those of the databases and of knex themselves. */
export async function tableNames(db: Knex): Promise<string[]> {
  const sqlite = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
  const postgres = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'";
  const answer = await db.raw(dialectOf(db) === "sqlite" ? sqlite : postgres);
  const rows: { name: string }[] = Array.isArray(answer) ? answer : answer.rows;
  return rows.map(({ name }) => name).sort(inOrder);
}

/** Tables and columns in which a text stands, as `table.column`. */
export async function placesOf(db: Knex, text: string): Promise<string[]> {
  const wanted = Buffer.from(text, "utf8");
  const found = new Set<string>();
  for (const table of await tableNames(db)) {
    const rows: Record<string, unknown>[] = await db(table).select();
    for (const [column, value] of rows.flatMap((row) => Object.entries(row))) {
      const bytes = Buffer.isBuffer(value) ? value : Buffer.from(String(value), "utf8");
      if (bytes.includes(wanted)) {
        found.add(`${table}.${column}`);
      }
    }
  }
  return [...found].sort(inOrder);
}
