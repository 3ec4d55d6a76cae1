/**
 * Name and declared purpose of a token, sealed apart from its row.
 *
 * The salt of the purpose's hash lies with them: once it is erased, the hash in the log confirms
 * nothing any more.
 *
 * @module
 */
import type { Keystore, SealedIdentity } from "../../../keystore/index.ts";
import { newSalt, saltedHash } from "../../activity/entries/salted.ts";
import { parseId } from "../../base/ids.ts";
import type { Knex } from "../../db/open.ts";
import { holdsSeal, type TokenRow } from "../token-row.ts";

export interface TokenIdentity {
  readonly name: string | null;
  readonly purpose: string | null;
  /** Of the purpose's hash, in hex. */
  readonly salt: string;
}

/** A row of the table `identities`. */
export interface IdentityRow {
  readonly id: string;
  readonly kind: string;
  readonly customer: string | null;
  readonly wrapped: Uint8Array | null;
  readonly sealed: Uint8Array | null;
  readonly restricted_at: string | null;
  readonly erased_at: string | null;
}

/** Draws the salt of a new identity. */
export function tokenIdentity(name: string | null, purpose: string | null): TokenIdentity {
  return { name, purpose, salt: Buffer.from(newSalt()).toString("hex") };
}

/** The hash of the purpose, as every entry of the token's acts has it; null without a purpose. */
export function purposeHash({ purpose, salt }: TokenIdentity): string | null {
  return purpose === null ? null : saltedHash(Buffer.from(salt, "hex"), purpose);
}

export async function sealTokenIdentity(
  keystore: Pick<Keystore, "sealIdentity">,
  id: string,
  { name, purpose, salt }: TokenIdentity,
): Promise<Pick<IdentityRow, "wrapped" | "sealed">> {
  const text = Buffer.from(JSON.stringify({ v: 1, name, purpose, salt }), "utf8");
  const { wrapped, sealed } = await keystore.sealIdentity(uidOf(id), new Uint8Array(text));
  return { wrapped, sealed };
}

/**
 * Opens the identities of some tokens; what was erased, or does not open, is not among them. Nor
 * is one whose row was edited: another customer there would show it to that customer's admin.
 */
export async function openTokenIdentities(
  db: Knex,
  keystore: Pick<Keystore, "openIdentities" | "mac">,
  tokens: readonly TokenRow[],
): Promise<Map<string, TokenIdentity>> {
  const whole = await Promise.all(tokens.map((row) => holdsSeal(keystore, row)));
  const ids = tokens.flatMap(({ id }, i) => (whole[i] === true ? [id] : []));
  const rows: IdentityRow[] = await db("identities")
    .whereIn("id", ids)
    .whereNotNull("sealed")
    .whereNull("erased_at");
  const sealed = rows.map(
    ({ id, wrapped, sealed }): SealedIdentity => ({
      uid: uidOf(id),
      wrapped: new Uint8Array(wrapped ?? []),
      sealed: new Uint8Array(sealed ?? []),
    }),
  );
  const opened = sealed.length === 0 ? [] : await keystore.openIdentities(sealed);
  const found = new Map<string, TokenIdentity>();
  opened.forEach((text, i) => {
    if (text !== null) {
      const { name, purpose, salt } = JSON.parse(Buffer.from(text).toString("utf8"));
      found.set(rows[i]!.id, { name, purpose, salt });
    }
  });
  return found;
}

function uidOf(id: string): Uint8Array {
  const uid = parseId("tok", id);
  if (uid === null) {
    throw new TypeError("identity: expected the id of a token");
  }
  return uid;
}
