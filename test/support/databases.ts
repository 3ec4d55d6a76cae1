/**
 * One test body, every database: a fresh SQLite file and a fresh PostgreSQL database.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import knex from "knex";
import { type DatabaseLocation, type Knex, openDatabase } from "../../src/db/open.ts";

export type Body = (t: ExecutionContext, db: Knex, location: DatabaseLocation) => Promise<void>;

/** Declares `title` once per database; pools are closed and databases dropped afterwards. */
export function onEveryDatabase(title: string, body: Body): void {
  for (const kind of databaseKinds()) {
    test(`${title} (${kind})`, async (t) => {
      const location = await freshDatabase(t, kind);
      const db = openDatabase(location);
      // Runs before the teardown above: ava calls them last in, first out.
      t.teardown(() => db.destroy());
      await body(t, db, location);
    });
  }
}

export type DatabaseKind = "sqlite" | "postgres";

/** The databases of this run; `npm run check` leaves PostgreSQL out. */
export function databaseKinds(): DatabaseKind[] {
  return process.env["TEST_POSTGRES_URL"] === undefined ? ["sqlite"] : ["sqlite", "postgres"];
}

/** A new empty database that goes away with the test. */
export async function freshDatabase(
  t: ExecutionContext,
  kind: DatabaseKind,
): Promise<DatabaseLocation> {
  if (kind === "sqlite") {
    const folder = temporaryFolder(t);
    return { file: join(folder, "test.sqlite") };
  }
  const url = process.env["TEST_POSTGRES_URL"];
  if (url === undefined) {
    throw new Error("TEST_POSTGRES_URL: expected the test runner to set it");
  }
  const name = `t_${randomBytes(8).toString("hex")}`;
  await asMaintenance(url, `CREATE DATABASE ${name}`);
  t.teardown(() => asMaintenance(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.href };
}

/** A private folder that goes away with the test. */
export function temporaryFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "meterseal-test-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Drops a database under whoever works with it. */
export async function takeAway(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await asMaintenance(process.env["TEST_POSTGRES_URL"] ?? "", `DROP DATABASE ${name} WITH (FORCE)`);
}

async function asMaintenance(url: string, sql: string): Promise<void> {
  const db = knex({ client: "pg", connection: url, pool: { min: 0, max: 1 } });
  try {
    await db.raw(sql);
  } finally {
    await db.destroy();
  }
}
