/**
 * Tokens as pseudonyms: who uses one, and what for.
 *
 * @module
 */
import type { Keystore } from "../../../keystore/index.ts";
import { parseId } from "../../base/ids.ts";
import { Problem } from "../../base/problem.ts";
import type { Knex } from "../../db/open.ts";
import { holdsSeal, type TokenRow } from "../token-row.ts";
import {
  openTokenIdentities,
  sealTokenIdentity,
  type TokenIdentity,
  tokenIdentity,
} from "./sealed.ts";
import type { IdentityRecord, IdentitySource } from "./source.ts";

export interface TokenSourceDeps {
  readonly db: Knex;
  readonly keystore: Pick<Keystore, "sealIdentity" | "openIdentities" | "mac">;
  readonly clock: () => Date;
}

const PAGE = 500;

export function tokenSource({ db, keystore, clock }: TokenSourceDeps): IdentitySource {
  const recordOf = (row: TokenRow, identity: TokenIdentity | undefined): IdentityRecord => ({
    id: row.id,
    kind: "token",
    customer: row.customer,
    data: { name: identity?.name ?? null, purpose: identity?.purpose ?? null },
    facts: {
      role: row.role,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
    },
    live:
      row.revoked_at === null && Date.parse(row.expires_at) > clock().getTime()
        ? { code: "TOKEN_LIVE", detail: "the token is still in use: revoke it first" }
        : null,
    actor: row.id,
    subject: { token: row.id },
  });
  const one = async (row: TokenRow) => (await openTokenIdentities(db, keystore, [row])).get(row.id);

  return {
    owns: (id) => parseId("tok", id) !== null,
    async read(id) {
      const [row]: TokenRow[] = await db("tokens").where({ id });
      return row === undefined ? null : recordOf(row, await one(row));
    },
    async page(after, customer) {
      const all = db("tokens")
        .where("id", ">", String(after ?? ""))
        .orderBy("id")
        .limit(PAGE);
      const rows: TokenRow[] = await (customer === null ? all : all.andWhere({ customer }));
      const ids = rows.map(({ id }) => id);
      const identities = await openTokenIdentities(db, keystore, rows);
      return {
        records: rows.map((row) => recordOf(row, identities.get(row.id))),
        next: rows.length < PAGE ? null : (ids.at(-1) ?? null),
      };
    },
    async corrected(id, name) {
      const [row]: TokenRow[] = await db("tokens").where({ id });
      if (row === undefined || !(await holdsSeal(keystore, row))) {
        throw new Problem(409, "TOKEN_CHANGED", "the token's row is not as it was made");
      }
      const identity = (await one(row)) ?? tokenIdentity(null, null);
      const sealed = await sealTokenIdentity(keystore, id, { ...identity, name });
      return async (trx) => {
        const known = await trx("identities").where({ id }).first("erased_at");
        if (known?.erased_at) {
          throw new Problem(409, "IDENTITY_ERASED", "nothing is stored of who this is");
        }
        const { customer } = await trx("tokens").where({ id }).first("customer");
        await trx("identities")
          .insert({ id, kind: "token", customer, ...sealed })
          .onConflict("id")
          .merge(["wrapped", "sealed"]);
      };
    },
    erased: async (id) => async (trx) => {
      await trx("identities").where({ id }).update({ wrapped: null, sealed: null });
    },
  };
}
