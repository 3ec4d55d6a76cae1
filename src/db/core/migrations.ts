/**
 * The core's tables, the same on both databases.
 *
 * Blobs are raw bytes, times RFC 3339 text. What knex does not say alike on both is in `ddl.ts`.
 *
 * @module
 */
import { dialectOf, type Knex } from "../open.ts";
import { insertOnly, withoutRowid } from "./ddl.ts";
import { createUnknownTables, createUplinkCounters, createVerdictTable } from "./frame-tables.ts";
import { createIdentities } from "./identity-tables.ts";
import {
  createLogIndex,
  createLogRetention,
  createWitnessedTable,
  createWitnessTable,
} from "./log-tables.ts";

type Migration = { readonly name: string; readonly up: (db: Knex) => Promise<void> };

const MIGRATIONS: readonly Migration[] = [
  { name: "001-service", up: createService },
  { name: "002-meters", up: createMeters },
  { name: "003-activity", up: createActivity },
  { name: "005-freshness-journal", up: createFreshnessJournal },
  { name: "006-unknown-addresses", up: createUnknownTables },
  { name: "007-batch-verdicts", up: createVerdictTable },
  { name: "008-uplink-counters", up: createUplinkCounters },
  { name: "012-log-index", up: createLogIndex },
  { name: "013-log-witnesses", up: createWitnessTable },
  { name: "014-log-retention", up: createLogRetention },
  { name: "015-identities", up: createIdentities },
  { name: "016-log-witnessed", up: createWitnessedTable },
];

/** Brings the core's database to this release's form; `more` adds a domain's own tables. */
export async function migrateCore(db: Knex, more: readonly Migration[] = []): Promise<void> {
  const all = [...MIGRATIONS, ...more];
  await db.migrate.latest({
    tableName: "migrations",
    migrationSource: {
      getMigrations: async () => [...all],
      getMigrationName: (migration: Migration) => migration.name,
      getMigration: async (migration: Migration) => ({
        up: migration.up,
        down: async () => undefined,
      }),
    },
  });
}

async function createService(db: Knex): Promise<void> {
  await db.schema.createTable("write_lock", (table) => {
    table.integer("held").notNullable();
  });
  await db.schema.createTable("settings", (table) => {
    table.text("name").primary();
    table.text("value").notNullable();
  });
  await db.schema.createTable("service_keys", (table) => {
    table.text("purpose").notNullable();
    table.integer("version").notNullable();
    table.binary("wrapped").notNullable();
    table.binary("public_key");
    table.primary(["purpose", "version"]);
  });
  await db.schema.createTable("tokens", (table) => {
    table.text("id").primary();
    table.text("role").notNullable();
    table.text("customer");
    table.text("name");
    table.text("purpose");
    table.binary("purpose_salt").notNullable();
    table.text("created_at").notNullable();
    table.text("expires_at").notNullable();
    table.text("revoked_at");
    table.binary("secret_hash").notNullable();
    // HMAC over all of the above: whoever writes the database grants itself nothing.
    table.binary("seal").notNullable();
  });
}

async function createMeters(db: Knex): Promise<void> {
  await db.schema.createTable("customers", (table) => {
    table.increments("num");
    table.binary("uid").notNullable().unique();
    table.text("name").notNullable();
    table.text("created_at").notNullable();
    table.integer("key_version").notNullable();
    table.binary("key_wrapped").notNullable();
    // The next dense internal number of a meter: access sets stay small.
    table.integer("next_number").notNullable();
  });
  await db.schema.createTable("meters", (table) => {
    table.integer("id").primary();
    table.integer("customer").notNullable().references("num").inTable("customers");
    table.integer("number").notNullable();
    table.binary("uid").notNullable().unique();
    table.binary("salt").notNullable();
    table.text("profile").notNullable();
    table.integer("allow_unauthenticated").notNullable();
    table.text("status").notNullable();
    table.text("name");
    table.text("order_ref");
    table.text("created_at").notNullable();
    table.unique(["customer", "number"]);
  });
  await db.raw("CREATE INDEX meters_name ON meters (name) WHERE name IS NOT NULL");
  await db.raw("CREATE INDEX meters_order ON meters (order_ref) WHERE order_ref IS NOT NULL");
  await withoutRowid(db, "addresses", (table) => {
    table.text("kind").notNullable();
    table.binary("raw").notNullable();
    table.integer("meter").notNullable();
    table.primary(["kind", "raw"]);
  });
  await db.raw("CREATE INDEX addresses_meter ON addresses (meter)");
  await withoutRowid(db, "meter_keys", (table) => {
    table.integer("meter").notNullable();
    table.integer("version").notNullable();
    table.text("type").notNullable();
    table.text("origin").notNullable();
    table.text("state").notNullable();
    table.integer("length").notNullable();
    table.binary("wrapped").notNullable();
    table.binary("fingerprint");
    table.primary(["meter", "version", "type"]);
  });
  await db.raw(
    "CREATE INDEX meter_keys_fingerprint ON meter_keys (fingerprint) WHERE fingerprint IS NOT NULL",
  );
  await withoutRowid(db, "freshness", (table) => {
    table.integer("meter").notNullable();
    table.integer("version").notNullable();
    // Counter, window and digests, packed: written for every meter of every batch.
    table.binary("state").notNullable();
    table.primary(["meter", "version"]);
  });
}

async function createActivity(db: Knex): Promise<void> {
  await db.schema.createTable("log_entries", (table) => {
    // SQLite: an INTEGER key is the rowid itself.
    (dialectOf(db) === "sqlite" ? table.integer("idx") : table.bigInteger("idx")).primary();
    table.text("body").notNullable();
    table.binary("leaf_hash").notNullable();
  });
  await db.schema.createTable("log_checkpoints", (table) => {
    (dialectOf(db) === "sqlite" ? table.integer("size") : table.bigInteger("size")).primary();
    table.text("note").notNullable();
    // Leaf hashes since the checkpoint before: a second copy that the signed root vouches for,
    // so that an edited entry can be named exactly.
    table.binary("leaf_hashes").notNullable();
  });
  await db.schema.createTable("log_head", (table) => {
    table.integer("id").primary();
    table.bigInteger("size").notNullable();
  });
  await db("log_head").insert({ id: 1, size: 0 });
  await insertOnly(
    db,
    "log_entries",
    "NEW.idx <> (SELECT COALESCE(MAX(idx) + 1, 0) FROM log_entries)",
  );
  await insertOnly(
    db,
    "log_checkpoints",
    "NEW.size <= (SELECT COALESCE(MAX(size), -1) FROM log_checkpoints)",
  );
}

async function createFreshnessJournal(db: Knex): Promise<void> {
  // Windows of the first form: which frames were seen is forgotten, which counters is not.
  for (const { meter, version, state } of await db("freshness").select()) {
    await db("freshness")
      .where({ meter, version })
      .update({ state: widened(state) });
  }
  await db.schema.createTable("freshness_journal", (table) => {
    (dialectOf(db) === "sqlite" ? table.integer("seq") : table.bigInteger("seq")).primary();
    table.binary("sightings").notNullable();
  });
}

/** counter present u8 ‖ counter f64 ‖ seen u64 …, big endian, becomes words, little endian. */
function widened(state: Buffer): Buffer {
  const seen = state.readBigUInt64BE(9);
  const words = Buffer.alloc(13 * 4);
  words.writeUInt32LE(state[0] ?? 0, 0);
  words.writeUInt32LE(state.readDoubleBE(1), 4);
  words.writeUInt32LE(Number(seen & 0xffffffffn), 8);
  words.writeUInt32LE(Number(seen >> 32n), 12);
  return words;
}
