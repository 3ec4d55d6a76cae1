/**
 * The service's own wrapped keys, in the core's database.
 *
 * @module
 */
import type { Keystore, ServiceKeyRow } from "../../keystore/index.ts";
import type { Knex } from "../db/open.ts";

const PURPOSES = [
  "log-signing",
  "package-signing",
  "intake",
  "access",
  "fingerprint",
  "pseudonym",
] as const;

/** Draws and stores a key per purpose. */
export async function createServiceKeys(db: Knex, keystore: Keystore): Promise<ServiceKeyRow[]> {
  const rows = await Promise.all(PURPOSES.map((purpose) => keystore.createServiceKey(purpose)));
  await db("service_keys").insert(
    rows.map(({ publicKey, ...row }) => ({ ...row, public_key: publicKey })),
  );
  return rows;
}

export async function readServiceKeys(db: Knex): Promise<ServiceKeyRow[]> {
  const rows = await db("service_keys").select();
  return rows.map((row) => ({
    purpose: row.purpose,
    version: row.version,
    wrapped: new Uint8Array(row.wrapped),
    publicKey: row.public_key === null ? null : new Uint8Array(row.public_key),
  }));
}

/** Public half of a signing key. */
export function publicKeyOf(
  rows: readonly ServiceKeyRow[],
  purpose: ServiceKeyRow["purpose"],
): Uint8Array {
  const key = rows.find((row) => row.purpose === purpose)?.publicKey;
  if (key === undefined || key === null) {
    throw new TypeError(`service key ${purpose}: expected a public key`);
  }
  return key;
}
