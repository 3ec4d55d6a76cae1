/**
 * The rows of enrolled recipients. Each is sealed like a token's (HMAC by the keystore over every
 * column that decides who can read keys): whoever writes the database swaps no key.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import type { Keystore } from "../../../keystore/index.ts";
import { canonicalJson } from "../../activity/entries/canonical.ts";
import { Problem } from "../../base/problem.ts";
import type { Knex } from "../../db/open.ts";
import type { RecipientKind } from "./key.ts";

export interface RecipientRow {
  readonly id: string;
  readonly customer: string;
  readonly name: string;
  readonly kind: RecipientKind;
  /** Canonical bytes of the public key or certificate; a KEK as it was wrapped. */
  readonly key: Uint8Array;
  readonly fingerprint: string;
  /** SHA-256 of the certificate that its client must show, or null. */
  readonly client_certificate: Uint8Array | null;
  readonly expires_at: string | null;
  readonly added_at: string;
  readonly added_by: string;
  readonly confirmed_at: string | null;
  readonly retired_at: string | null;
  readonly seal: Uint8Array;
}

/** Part of the core's migrations. */
export async function createRecipientTable(db: Knex): Promise<void> {
  await db.schema.createTable("recipients", (table) => {
    table.text("id").primary();
    table.text("customer").notNullable().index();
    table.text("name").notNullable();
    table.text("kind").notNullable();
    table.binary("key").notNullable();
    table.text("fingerprint").notNullable();
    table.binary("client_certificate");
    table.text("expires_at");
    table.text("added_at").notNullable();
    table.text("added_by").notNullable();
    table.text("confirmed_at");
    table.text("retired_at");
    table.binary("seal").notNullable();
  });
}

/** Answers the row with its seal. */
export async function sealRow(
  keystore: Pick<Keystore, "mac">,
  row: Omit<RecipientRow, "seal">,
): Promise<RecipientRow> {
  return { ...row, seal: await keystore.mac("access", sealed(row)) };
}

/**
 * Answers a row of which every column is as it was sealed; null when there is none.
 *
 * @throws {@link Problem} 409 `RECIPIENT_CHANGED`
 */
export async function readRow(
  db: Knex,
  keystore: Pick<Keystore, "mac">,
  id: string,
): Promise<RecipientRow | null> {
  const [row]: RecipientRow[] = await db("recipients").where({ id }).select();
  if (row === undefined) {
    return null;
  }
  const seal = await keystore.mac("access", sealed(row));
  if (seal.length !== row.seal.length || !timingSafeEqual(seal, row.seal)) {
    throw new Problem(409, "RECIPIENT_CHANGED", "the recipient's row was changed: enrol it anew");
  }
  return row;
}

function sealed(row: Omit<RecipientRow, "seal">): Uint8Array {
  const hex = (bytes: Uint8Array | null) =>
    bytes === null ? null : Buffer.from(bytes).toString("hex");
  const text = canonicalJson({
    v: 1,
    id: row.id,
    customer: row.customer,
    name: row.name,
    kind: row.kind,
    key: hex(row.key),
    fingerprint: row.fingerprint,
    clientCertificate: hex(row.client_certificate),
    expiresAt: row.expires_at,
    addedAt: row.added_at,
    addedBy: row.added_by,
    confirmedAt: row.confirmed_at,
    retiredAt: row.retired_at,
  });
  return Buffer.from(`meterseal/recipient/1\n${text}`, "utf8");
}
