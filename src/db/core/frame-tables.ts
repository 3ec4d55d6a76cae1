/**
 * Tables about frames that are outside the log and may be erased: addresses without a meter.
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
