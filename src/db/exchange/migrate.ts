/**
 * The tables of the exchange, the same on both databases.
 *
 * Rows of `mailboxes` are never deleted: a terminal row keeps a used link dead for ever. Bodies
 * lie in a table of their own, so that erasing one rewrites no row that must stay.
 *
 * @module
 */
import type { Knex } from "../open.ts";

/** Brings the database to the current version; does nothing when it is. */
export async function migrateExchange(db: Knex): Promise<void> {
  await db.migrate.latest({
    migrationSource: {
      getMigrations: () => Promise.resolve(Object.keys(MIGRATIONS)),
      getMigrationName: (name: string) => name,
      getMigration: (name: string) => {
        const up = MIGRATIONS[name] ?? unknownMigration;
        return Promise.resolve({ up, down: unknownMigration });
      },
    },
  });
}

const MIGRATIONS: Readonly<Record<string, (db: Knex) => Promise<void>>> = {
  "001-exchange": async (db) => {
    await db.schema.createTable("write_lock", (table) => {
      table.integer("held");
    });
    await createMailboxes(db);
    await createEvents(db);
    await db.schema.createTable("intake_nonces", (table) => {
      table.text("nonce").primary();
      table.text("expires_at").notNullable().index();
    });
    // Who came from where: masked, and erasable without touching the chain.
    await db.schema.createTable("networks", (table) => {
      table.binary("link_id").notNullable();
      table.text("kind").notNullable();
      table.text("network").notNullable();
      table.text("at").notNullable().index();
    });
  },
  "002-key-places-parts-resync": async (db) => {
    // Null for links from before: their shares lie under the day key alone.
    await db.schema.alterTable("mailboxes", (table) => {
      table.integer("key_at");
    });
    await splitBodies(db);
    // What each process has been told about this chain; see `resync.ts`.
    await db.schema.createTable("resyncs", (table) => {
      table.text("process").primary();
      table.boolean("done").notNullable();
      table.text("at").notNullable();
    });
  },
  "003-client-certificates": async (db) => {
    await db.schema.alterTable("mailboxes", (table) => {
      table.binary("client_certificate");
    });
  },
};

/** A body may now have several parts; one from before is a single one. */
async function splitBodies(db: Knex): Promise<void> {
  await db.schema.createTable("mailbox_parts", (table) => {
    table.binary("link_id").notNullable().references("link_id").inTable("mailboxes");
    table.integer("part").notNullable();
    table.binary("ciphertext").notNullable();
    table.primary(["link_id", "part"]);
  });
  await db.raw(
    "INSERT INTO mailbox_parts (link_id, part, ciphertext) SELECT link_id, 0, ciphertext FROM mailbox_bodies",
  );
  await db.schema.dropTable("mailbox_bodies");
  await db.schema.renameTable("mailbox_parts", "mailbox_bodies");
}

async function createMailboxes(db: Knex): Promise<void> {
  await db.schema.createTable("mailboxes", (table) => {
    table.binary("link_id").primary();
    table.text("state").notNullable();
    // Null in the tombstone of a link that was revoked before it arrived.
    table.binary("put_hash");
    table.binary("auth_hash");
    table.binary("receipt_hash");
    table.binary("header");
    table.text("expires_at").notNullable();
    table.integer("window_seconds").notNullable();
    table.text("day").notNullable();
    table.binary("share_box");
    table.binary("pin_mac");
    table.integer("tries").notNullable().defaultTo(0);
    table.integer("opened").notNullable().defaultTo(0);
    table.text("first_opened_at");
    table.text("last_opened_at");
    table.integer("replayed").notNullable().defaultTo(0);
    table.integer("conflicts").notNullable().defaultTo(0);
    table.binary("pk");
    table.binary("sig_pk");
    table.binary("sealed");
    table.text("claimed_at");
    table.text("window_ends_at");
    table.binary("receipt");
    table.binary("receipt_sig");
    table.binary("receipt_proof");
    table.text("confirmed_at");
    table.index(["state", "expires_at"]);
    table.index(["state", "window_ends_at"]);
    table.index(["day", "state"]);
  });
  await db.schema.createTable("mailbox_bodies", (table) => {
    table.binary("link_id").primary().references("link_id").inTable("mailboxes");
    table.binary("ciphertext").notNullable();
  });
}

async function createEvents(db: Knex): Promise<void> {
  await db.schema.createTable("events", (table) => {
    table.integer("n").primary();
    table.text("body").notNullable();
    table.binary("hash").notNullable();
  });
  // One row, locked by whoever appends: it keeps the chain without gaps.
  await db.schema.createTable("event_head", (table) => {
    table.integer("n").notNullable();
    table.binary("hash").notNullable();
  });
  await db("event_head").insert({ n: 0, hash: Buffer.alloc(32) });
}

function unknownMigration(): Promise<void> {
  return Promise.reject(new Error("migration: expected one that this version knows"));
}
