/**
 * Bearer tokens: made once, shown once, stored as a hash in a sealed row.
 *
 * The row is looked up by the id inside the token; the seal (HMAC by the keystore over every
 * column that grants anything) is checked before the secret, so that whoever writes the database
 * grants itself nothing. Comparisons are constant in time.
 *
 * @module
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Keystore } from "../../keystore/index.ts";
import type { Activity } from "../activity/activity.ts";
import { canonicalJson } from "../activity/entries/canonical.ts";
import type { Actor } from "../activity/entries/entry.ts";
import { newSalt, saltedHash } from "../activity/entries/salted.ts";
import { timestamp } from "../base/clock.ts";
import { formatId, newUid } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import type { Knex } from "../db/open.ts";
import type { Caller } from "./caller.ts";
import { isRole, type Role } from "./roles.ts";

export interface NewToken {
  readonly role: Role;
  readonly customer: string | null;
  readonly name: string | null;
  readonly purpose: string | null;
  readonly expiresAt: Date;
}

export interface TokenRow {
  readonly id: string;
  readonly role: string;
  readonly customer: string | null;
  readonly name: string | null;
  readonly purpose: string | null;
  readonly purpose_salt: Uint8Array;
  readonly created_at: string;
  readonly expires_at: string;
  readonly revoked_at: string | null;
  readonly secret_hash: Uint8Array;
  readonly seal: Uint8Array;
}

/**
 * Ids of revoked tokens, from the verified log: whoever puts an earlier row back into the table,
 * valid seal and all, does not revive the token.
 */
export type RevokedTokens = Set<string>;

export interface TokenDeps {
  readonly db: Knex;
  readonly revoked: RevokedTokens;
  readonly activity: Pick<Activity, "commit">;
  readonly keystore: Pick<Keystore, "mac">;
  readonly clock: () => Date;
}

const FORM = /^ms_(tok_[0-9A-Za-z]{22})_([A-Za-z0-9_-]{43})$/;

/** Makes a token; the text is answered once and nowhere stored. */
export async function createToken(deps: TokenDeps, by: Actor, wanted: NewToken) {
  const secret = randomBytes(32);
  const unsealed = {
    id: formatId("tok", newUid()),
    role: wanted.role,
    customer: wanted.customer,
    name: wanted.name,
    purpose: wanted.purpose,
    purpose_salt: newSalt(),
    created_at: timestamp(deps.clock()),
    expires_at: timestamp(wanted.expiresAt),
    revoked_at: null,
    secret_hash: sha256(secret),
  };
  const row: TokenRow = { ...unsealed, seal: await deps.keystore.mac("access", sealed(unsealed)) };
  await deps.activity.commit(async (trx) => {
    await trx("tokens").insert(row);
    const fields = {
      token: row.id,
      grantedRole: row.role,
      customer: row.customer,
      expiresAt: row.expires_at,
      secret: tokenCommitment(row),
    };
    return { entries: [{ ...by, action: "token.created", outcome: "ok", fields }], result: null };
  });
  return { token: `ms_${row.id}_${secret.toString("base64url")}`, row };
}

/** Ends a token at once. Answers null when there is none with this id. */
export async function revokeToken(
  deps: TokenDeps,
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
  const seal = await deps.keystore.mac("access", sealed(revoked));
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
 * @throws {@link Problem} `TOKEN_EXPIRED` only after the secret was right.
 */
export async function authenticate(
  deps: Pick<TokenDeps, "db" | "revoked" | "keystore" | "clock">,
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
  const seal = await deps.keystore.mac("access", row === undefined ? secret : sealed(row));
  if (row === undefined || !same(seal, row.seal) || !same(secret, row.secret_hash)) {
    return null;
  }
  if (row.revoked_at !== null || deps.revoked.has(row.id) || !isRole(row.role)) {
    return null;
  }
  if (Date.parse(row.expires_at) <= deps.clock().getTime()) {
    throw new Problem(401, "TOKEN_EXPIRED", "the token has expired: ask an admin for a new one");
  }
  return {
    actor: row.id,
    role: row.role,
    auth: "token",
    purpose: row.purpose === null ? null : saltedHash(row.purpose_salt, row.purpose),
    request,
    customer: row.customer,
  };
}

/** What `token.created` says of the secret: SHA-256 of its hash, in hex. */
export function tokenCommitment(row: Pick<TokenRow, "secret_hash">): string {
  return sha256(row.secret_hash).toString("hex");
}

/** The columns under the seal, as canonical JSON. */
function sealed(row: Omit<TokenRow, "seal">): Uint8Array {
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

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
