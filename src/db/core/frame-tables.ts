/**
 * What is remembered of frames outside the log, and may be erased: addresses without a meter,
 * verdicts for a request that is sent again, and how far the counters of LoRaWAN devices have come.
 *
 * @module
 */
import type { Knex } from "../open.ts";
import { withoutRowid } from "./ddl.ts";

/** Creates the list of addresses that were heard and that no meter answers to. */
export async function createUnknownTables(db: Knex): Promise<void> {
  await withoutRowid(db, "unknown_addresses", (table) => {
    // The customer whose sender has heard it; empty for senders of all customers.
    table.binary("scope").notNullable();
    table.text("kind").notNullable();
    table.binary("raw").notNullable();
    table.text("first_heard").notNullable();
    table.text("last_heard").notNullable();
    table.bigInteger("frames").notNullable();
    // Grows with every time it is heard: the order of the list, and where a page goes on.
    table.bigInteger("seq").notNullable();
    table.primary(["scope", "kind", "raw"]);
    table.unique(["seq"]);
    table.index(["scope", "seq"]);
  });
  await withoutRowid(db, "unknown_scopes", (table) => {
    table.binary("scope").notNullable().primary();
    table.bigInteger("dropped").notNullable();
  });
}

/** Creates the verdicts kept under an `Idempotency-Key`. */
export async function createVerdictTable(db: Knex): Promise<void> {
  await db.schema.createTable("batch_verdicts", (table) => {
    table.bigIncrements("id");
    table.text("token").notNullable();
    // SHA-256 over token and key.
    table.binary("key").notNullable();
    // Position in the request of the first frame, and how many there are.
    table.bigInteger("first").notNullable();
    table.integer("frames").notNullable();
    table.text("created_at").notNullable();
    // Per frame 8 bytes of digest and one of verdict.
    table.binary("verdicts").notNullable();
    table.index(["key", "first"]);
    table.index(["token", "id"]);
    table.index(["created_at"]);
  });
}

/** Creates what is known of the counters of LoRaWAN sessions. */
export async function createUplinkCounters(db: Knex): Promise<void> {
  await withoutRowid(db, "uplink_counters", (table) => {
    table.integer("meter").notNullable();
    table.binary("session").notNullable();
    // The half of a counter that is not on the air, where it is above 0.
    table.integer("upper").notNullable();
    table.primary(["meter", "session"]);
  });
}
