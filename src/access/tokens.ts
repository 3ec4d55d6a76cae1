/**
 * Bearer tokens: made once, shown once, stored as a hash in a sealed row.
 *
 * The row is looked up by the id inside the token; the seal (HMAC by the keystore over every
 * column that grants anything) is checked before the secret, so that whoever writes the database
 * grants itself nothing. Comparisons are constant in time. Who uses it and what for lies apart,
 * in an identity that can be erased.
 *
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Keystore } from "../../keystore/index.ts";
import type { Activity } from "../activity/activity.ts";
import type { Actor } from "../activity/entries/entry.ts";
import { timestamp } from "../base/clock.ts";
import { formatId, newUid } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import type { Knex } from "../db/open.ts";
import type { Caller } from "./caller.ts";
import { purposeHash, sealTokenIdentity, tokenIdentity } from "./identities/sealed.ts";
import { tokenFields } from "./logged-tokens.ts";
import { isRole, type Role } from "./roles.ts";
import { NO_CLEAR_COLUMNS, sealedColumns, type TokenRow } from "./token-row.ts";

export interface NewToken {
  readonly role: Role;
  readonly customer: string | null;
  readonly name: string | null;
  readonly purpose: string | null;
  readonly expiresAt: Date;
}

/**
 * Ids of revoked tokens, from the verified log: whoever puts an earlier row back into the table,
 * valid seal and all, does not revive the token.
 */
export type RevokedTokens = Set<string>;

/** Ids of which nothing is processed but kept (GDPR Art. 18); a restricted token does nothing. */
export type RestrictedIds = Set<string>;

export interface TokenDeps {
  readonly db: Knex;
  readonly revoked: RevokedTokens;
  readonly restricted: RestrictedIds;
  readonly activity: Pick<Activity, "commit">;
  readonly keystore: Pick<Keystore, "mac" | "sealIdentity">;
  readonly clock: () => Date;
}

const FORM = /^ms_(tok_[0-9A-Za-z]{22})_([A-Za-z0-9_-]{43})$/;

/** Makes a token; the text is answered once and nowhere stored. */
export async function createToken(
  deps: Omit<TokenDeps, "revoked" | "restricted">,
  by: Actor,
  wanted: NewToken,
) {
  const secret = randomBytes(32);
  const id = formatId("tok", newUid());
  const { role, customer, name, purpose } = wanted;
  const identity = tokenIdentity(name, purpose);
  const unsealed = {
    id,
    role,
    customer,
    purpose_hash: purposeHash(identity),
    created_at: timestamp(deps.clock()),
    expires_at: timestamp(wanted.expiresAt),
    revoked_at: null,
    secret_hash: sha256(secret),
  };
  const row: TokenRow = { ...unsealed, seal: await sealOf(deps.keystore, unsealed) };
  const isAnonymous = name === null && purpose === null;
  const sealed = isAnonymous ? null : await sealTokenIdentity(deps.keystore, id, identity);
  await deps.activity.commit(async (trx) => {
    await trx("tokens").insert({ ...row, ...NO_CLEAR_COLUMNS });
    if (sealed !== null) {
      await trx("identities").insert({ id, kind: "token", customer, ...sealed });
    }
    const fields = tokenFields(row);
    return { entries: [{ ...by, action: "token.created", outcome: "ok", fields }], result: null };
  });
  return { token: `ms_${row.id}_${secret.toString("base64url")}`, row };
}

/** Ends a token at once. Answers null when there is none with this id. */
export async function revokeToken(
  deps: Omit<TokenDeps, "restricted">,
  by: Actor,
  id: string,
): Promise<{ id: string; revokedAt: string } | null> {
  const [row]: TokenRow[] = await deps.db("tokens").where({ id }).select();
  if (row === undefined) {
    return null;
  }
  if (row.revoked_at !== null) {
    return { id, revokedAt: row.revoked_at };
  }
  const revoked = { ...row, revoked_at: timestamp(deps.clock()) };
  const seal = await sealOf(deps.keystore, revoked);
  await deps.activity.commit(async (trx) => {
    await trx("tokens").where({ id }).update({ revoked_at: revoked.revoked_at, seal });
    const fields = { token: id, revokedAt: revoked.revoked_at };
    return { entries: [{ ...by, action: "token.revoked", outcome: "ok", fields }], result: null };
  });
  deps.revoked.add(id);
  return { id, revokedAt: revoked.revoked_at };
}

/**
 * Checks a bearer token. Null = no such token, for whatever reason.
 *
 * @throws {@link Problem} `TOKEN_EXPIRED`, `TOKEN_RESTRICTED`: only after the secret was right
 */
export async function authenticate(
  deps: Pick<TokenDeps, "db" | "revoked" | "restricted" | "clock"> & {
    readonly keystore: Pick<Keystore, "mac">;
  },
  text: string,
  request: string | null,
): Promise<Caller | null> {
  const match = FORM.exec(text);
  if (match === null) {
    return null;
  }
  const secret = sha256(Buffer.from(match[2] ?? "", "base64url"));
  const [row]: TokenRow[] = await deps
    .db("tokens")
    .where({ id: match[1] ?? "" })
    .select();
  // An unknown id does the same work as a known one.
  const seal =
    row === undefined
      ? await deps.keystore.mac("access", secret)
      : await sealOf(deps.keystore, row);
  if (row === undefined || !same(seal, row.seal) || !same(secret, row.secret_hash)) {
    return null;
  }
  if (row.revoked_at !== null || deps.revoked.has(row.id) || !isRole(row.role)) {
    return null;
  }
  if (Date.parse(row.expires_at) <= deps.clock().getTime()) {
    throw new Problem(401, "TOKEN_EXPIRED", "the token has expired: ask an admin for a new one");
  }
  if (deps.restricted.has(row.id)) {
    const detail = "the token is restricted and does nothing until an admin releases it";
    throw new Problem(403, "TOKEN_RESTRICTED", detail);
  }
  return {
    actor: row.id,
    role: row.role,
    auth: "token",
    purpose: row.purpose_hash,
    request,
    customer: row.customer,
  };
}

async function sealOf(
  keystore: Pick<Keystore, "mac">,
  row: Omit<TokenRow, "seal">,
): Promise<Uint8Array> {
  return await keystore.mac("access", sealedColumns(row));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
