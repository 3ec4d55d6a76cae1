/**
 * Opens a database: SQLite on one machine, PostgreSQL when one is not enough.
 *
 * What differs between the two lives in this folder; the tables and their users do not know.
 * A connection that cannot promise durability is refused, because the activity log promises
 * that nothing is released before its entry is on disk.
 *
 * @module
 */
import knex, { type Knex } from "knex";
import pg from "pg";

export type { Knex } from "knex";

/** How a deployment names its database: a file, or a `postgres://` URL. */
export type DatabaseLocation = { readonly file: string } | { readonly url: string };

export type Dialect = "sqlite" | "postgres";

export function dialectOf(db: Knex): Dialect {
  return db.client.config.client === "pg" ? "postgres" : "sqlite";
}

/** Opens a pool; the caller closes it with `destroy()`. Connections are made on first use. */
export function openDatabase(location: DatabaseLocation): Knex {
  return "file" in location ? openSqlite(location.file) : openPostgres(location.url);
}

/**
 * Per-connection settings (they are not stored in the file): durable commits, WAL, erasing
 * deletes and enforced references.
 */
const PRAGMAS = [
  "PRAGMA journal_mode = WAL",
  "PRAGMA synchronous = FULL",
  "PRAGMA secure_delete = ON",
  "PRAGMA foreign_keys = ON",
  "PRAGMA busy_timeout = 5000",
];

interface RawSqlite {
  exec(sql: string, done: (error: Error | null) => void): void;
  get(sql: string, done: (error: Error | null, row?: Record<string, unknown>) => void): void;
}

function openSqlite(file: string): Knex {
  return knex({
    client: "sqlite3",
    // Or the message of a failed statement holds its values.
    compileSqlOnError: false,
    connection: { filename: file },
    useNullAsDefault: true,
    // One connection: SQLite has one writer, and the settings above are per connection.
    pool: {
      min: 1,
      max: 1,
      afterCreate(connection: RawSqlite, done: (error: Error | null, c: RawSqlite) => void) {
        connection.exec(`${PRAGMAS.join(";")};`, (error) => {
          if (error !== null) {
            done(error, connection);
            return;
          }
          connection.get("PRAGMA synchronous", (failure, row) => {
            const full = row?.["synchronous"] === 2;
            done(
              failure ?? (full ? null : new Error("sqlite: synchronous=FULL was not accepted")),
              connection,
            );
          });
        });
      },
    },
  });
}

interface RawPostgres {
  query(sql: string, done: (error: Error | null, r?: { rows: { v: string }[] }) => void): void;
}

/** PostgreSQL's OID of bigint; the driver answers text unless told that 2^53 is enough. */
const INT8 = 20;

function openPostgres(url: string): Knex {
  pg.types.setTypeParser(INT8, Number);
  return knex({
    client: "pg",
    connection: url,
    compileSqlOnError: false,
    pool: {
      min: 0,
      max: 8,
      afterCreate(connection: RawPostgres, done: (error: Error | null, c: RawPostgres) => void) {
        connection.query(
          "SELECT set_config('synchronous_commit', 'on', false) AS v, current_setting('fsync') AS f",
          (error, result) => {
            const row = result?.rows[0] as { v: string; f: string } | undefined;
            const durable = row?.v === "on" && row.f === "on";
            done(
              error ?? (durable ? null : new Error("postgres: fsync or synchronous_commit is off")),
              connection,
            );
          },
        );
      },
    },
  });
}
