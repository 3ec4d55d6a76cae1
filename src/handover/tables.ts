/**
 * The core's tables about links. Recipient and purpose stand here in clear, with the salts of
 * their hashes in the log: erasing them here leaves a log that still verifies.
 *
 * @module
 */
import type { Knex } from "../db/open.ts";

/** Part of the core's migrations. */
export async function createHandoverTables(db: Knex): Promise<void> {
  await db.schema.createTable("links", (table) => {
    table.increments("number");
    table.binary("link_id").notNullable().unique();
    table.text("reference").notNullable().unique();
    table.text("short_id").notNullable().unique();
    table.text("exchange").notNullable();
    table.text("customer").notNullable().index();
    table.text("state").notNullable();
    // The state as the exchange's own events tell it.
    table.text("remote_state");
    table.boolean("disclosed").notNullable().defaultTo(false);
    table.integer("meters").notNullable();
    table.integer("keys").notNullable();
    table.text("recipient");
    table.binary("recipient_salt");
    table.text("purpose");
    table.binary("purpose_salt");
    table.binary("package_hash").notNullable();
    table.binary("kcv_hash").notNullable();
    table.binary("receipt_hash").notNullable();
    table.text("created_at").notNullable();
    table.text("expires_at").notNullable();
    table.text("claimed_at");
    table.text("confirmed_at");
    table.text("revoked_at");
    table.integer("opened").notNullable().defaultTo(0);
    table.integer("leaves").notNullable().defaultTo(0);
    table.integer("folded").notNullable().defaultTo(0);
    table.binary("sig_pk");
    table.binary("receipt");
    table.index(["state", "expires_at"]);
  });
  await db.schema.createTable("link_outbox", (table) => {
    table.binary("link_id").notNullable();
    table.text("kind").notNullable();
    // Holds the share until the exchange has acknowledged it.
    table.binary("body");
    table.integer("attempts").notNullable().defaultTo(0);
    table.text("next_at").notNullable().index();
    table.text("last_code");
    table.primary(["link_id", "kind"]);
  });
  await db.schema.createTable("exchange_state", (table) => {
    table.text("exchange").primary();
    table.integer("n").notNullable();
    table.binary("hash").notNullable();
    table.boolean("trusted").notNullable();
    table.text("last_seen_at");
  });
}

/** What a sender is shown of a link's life, what a re-issue needs, and who is told. */
export async function createSenderTables(db: Knex): Promise<void> {
  await db.schema.alterTable("links", (table) => {
    table.integer("tries").notNullable().defaultTo(0);
    table.integer("replayed").notNullable().defaultTo(0);
    table.integer("conflicts").notNullable().defaultTo(0);
    table.text("first_opened_at");
    table.text("last_opened_at");
    table.text("window_ends_at");
    // When it was locked, lapsed or expired, as its state says.
    table.text("ended_at");
    table.text("supersedes");
    table.text("superseded_by");
    // Id of the enrolled recipient whose key the inner layer needs.
    table.text("enrolled");
    // The order of its meters, where they have one in common.
    table.text("order_ref");
  });
  // Apart from the link: the set of a large link is large, and lists need it never.
  await db.schema.createTable("link_meters", (table) => {
    table.binary("link_id").primary();
    table.text("access_set").notNullable();
  });
  await db.schema.createTable("webhook_outbox", (table) => {
    table.text("id").primary();
    table.boolean("alarm").notNullable();
    table.text("body").notNullable();
    table.text("created_at").notNullable();
    table.text("next_at").notNullable().index();
    table.integer("attempts").notNullable().defaultTo(0);
    table.text("last_code");
    table.text("given_up_at").index();
  });
}
