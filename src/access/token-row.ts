/**
 * Rows of tokens: every column that grants anything lies under a seal (HMAC by the keystore).
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Keystore } from "../../keystore/index.ts";
import { canonicalJson } from "../activity/entries/canonical.ts";

export interface TokenRow {
  readonly id: string;
  readonly role: string;
  readonly customer: string | null;
  readonly purpose_hash: string | null;
  readonly created_at: string;
  readonly expires_at: string;
  readonly revoked_at: string | null;
  readonly secret_hash: Uint8Array;
  readonly seal: Uint8Array;
}

/** A row of the first form, with name and purpose in clear. */
export interface ClearTokenRow extends TokenRow {
  readonly name: string | null;
  readonly purpose: string | null;
  readonly purpose_salt: Uint8Array;
}

/** What `token.created` says of the secret: SHA-256 of its hash, in hex. */
export function tokenCommitment(row: Pick<TokenRow, "secret_hash">): string {
  return createHash("sha256").update(row.secret_hash).digest("hex");
}

/** The columns under the seal, as canonical JSON. */
export function sealedColumns(row: Omit<TokenRow, "seal">): Uint8Array {
  const text = canonicalJson({
    v: 2,
    id: row.id,
    role: row.role,
    customer: row.customer,
    purposeHash: row.purpose_hash,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    secretHash: Buffer.from(row.secret_hash).toString("hex"),
  });
  return Buffer.from(`meterseal/token/2\n${text}`, "utf8");
}

/** Whether a row is as it was sealed: role, customer, expiry and all. */
export async function holdsSeal(keystore: Pick<Keystore, "mac">, row: TokenRow): Promise<boolean> {
  const seal = await keystore.mac("access", sealedColumns(row));
  return seal.length === row.seal.length && timingSafeEqual(seal, row.seal);
}

/** The same of a row of the first form. */
export function clearSealedColumns(row: Omit<ClearTokenRow, "seal">): Uint8Array {
  const text = canonicalJson({
    v: 1,
    id: row.id,
    role: row.role,
    customer: row.customer,
    name: row.name,
    purpose: row.purpose,
    purposeSalt: Buffer.from(row.purpose_salt).toString("hex"),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    secretHash: Buffer.from(row.secret_hash).toString("hex"),
  });
  return Buffer.from(`meterseal/token/1\n${text}`, "utf8");
}

/** Columns of the first form, which are not used any more and may not be null. */
export const NO_CLEAR_COLUMNS = { name: null, purpose: null, purpose_salt: Buffer.alloc(0) };
