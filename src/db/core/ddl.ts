/**
 * Definitions that SQLite and PostgreSQL word differently.
 *
 * @module
 */
import { dialectOf, type Knex } from "../open.ts";

/** Creates a table that SQLite keeps in its primary key's tree: one look-up instead of two. */
export async function withoutRowid(
  db: Knex,
  name: string,
  columns: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  const create = db.schema.createTable(name, columns).toSQL();
  for (const { sql } of create) {
    const isTable = sql.startsWith("create table");
    await db.raw(isTable && dialectOf(db) === "sqlite" ? `${sql} WITHOUT ROWID` : sql);
  }
}

/**
 * Makes a table insert-only in earnest. UPDATE and DELETE triggers alone do not stop SQLite's
 * INSERT OR REPLACE, so an insert must also be the next in order; PostgreSQL also has TRUNCATE.
 *
 * @param wrong SQL condition over NEW that an insert must not meet.
 */
export async function insertOnly(db: Knex, table: string, wrong: string): Promise<void> {
  if (dialectOf(db) === "sqlite") {
    const refuse = `BEGIN SELECT RAISE(ABORT, '${table} is insert-only'); END`;
    await db.raw(`CREATE TRIGGER ${table}_u BEFORE UPDATE ON ${table} ${refuse}`);
    await db.raw(`CREATE TRIGGER ${table}_d BEFORE DELETE ON ${table} ${refuse}`);
    await db.raw(`CREATE TRIGGER ${table}_i BEFORE INSERT ON ${table} WHEN ${wrong} ${refuse}`);
    return;
  }
  const raise = `RAISE EXCEPTION '${table} is insert-only';`;
  await db.raw(
    `CREATE FUNCTION ${table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${raise} END $$`,
  );
  await db.raw(
    `CREATE FUNCTION ${table}_next() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN IF ${wrong} THEN ${raise} END IF; RETURN NEW; END $$`,
  );
  await db.raw(
    `CREATE TRIGGER ${table}_ud BEFORE UPDATE OR DELETE ON ${table}
     FOR EACH ROW EXECUTE FUNCTION ${table}_refuse()`,
  );
  await db.raw(
    `CREATE TRIGGER ${table}_t BEFORE TRUNCATE ON ${table}
     FOR EACH STATEMENT EXECUTE FUNCTION ${table}_refuse()`,
  );
  await db.raw(
    `CREATE TRIGGER ${table}_i BEFORE INSERT ON ${table}
     FOR EACH ROW EXECUTE FUNCTION ${table}_next()`,
  );
}

/** Tells whether the service's role could switch the triggers off: owner or superuser. */
export async function rolesAreProtected(db: Knex): Promise<boolean> {
  if (dialectOf(db) === "sqlite") {
    return false;
  }
  const { rows } = await db.raw(
    `SELECT pg_has_role(current_user, relowner, 'MEMBER') AS owner FROM pg_class
     WHERE oid = 'log_entries'::regclass`,
  );
  return rows[0]?.owner !== true;
}
