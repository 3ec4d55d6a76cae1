/**
 * Who pseudonyms are: the one table of the core from which a person can be erased.
 *
 * @module
 */
import type { Knex } from "../open.ts";

/** Creates the table of identities, and the column by which a token row stands without them. */
export async function createIdentities(db: Knex): Promise<void> {
  await db.schema.createTable("identities", (table) => {
    // Token id, reference of a link or id of a recipient.
    table.text("id").primary();
    table.text("kind").notNullable();
    table.text("customer");
    // Its own key, wrapped, and what is sealed under it; null when erased, or kept elsewhere.
    table.binary("wrapped");
    table.binary("sealed");
    table.text("restricted_at");
    table.text("erased_at");
  });
  await db.schema.alterTable("tokens", (table) => {
    // Salted hash of the declared purpose, as entries have it; its salt lies with the identity.
    table.text("purpose_hash");
  });
}
