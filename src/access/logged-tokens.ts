/**
 * What the log says of every token: made, revoked, and vouched for again before a prune.
 *
 * @module
 */
import type { Json } from "../activity/entries/entry.ts";
import { PruneAuditError, type Restater } from "../activity/retention/restate.ts";
import { type TokenRow, tokenCommitment } from "./token-row.ts";

export interface LoggedToken {
  readonly index: number;
  readonly role: Json | undefined;
  readonly customer: Json | undefined;
  readonly expiresAt: Json | undefined;
  readonly secret: Json | undefined;
  revokedAt: Json;
}

export interface LoggedTokens {
  readonly tokens: Map<string, LoggedToken>;
  visit(index: number, entry: { readonly [name: string]: Json }): void;
}

export function loggedTokens(): LoggedTokens {
  const tokens = new Map<string, LoggedToken>();
  return {
    tokens,
    visit(index, entry) {
      const id = String(entry["token"]);
      const { action } = entry;
      if (action === "token.created" || action === "token.restated") {
        tokens.set(id, {
          index,
          role: entry["grantedRole"],
          customer: entry["customer"],
          expiresAt: entry["expiresAt"],
          secret: entry["secret"],
          revokedAt: entry["revokedAt"] ?? null,
        });
      } else if (action === "token.revoked") {
        const token = tokens.get(id);
        if (token !== undefined) {
          token.revokedAt = entry["revokedAt"] ?? null;
        }
      }
    },
  };
}

/** Whether a row is what was logged. */
export function tokenFits(row: TokenRow, logged: LoggedToken): boolean {
  return (
    logged.role === row.role &&
    logged.customer === row.customer &&
    logged.expiresAt === row.expires_at &&
    logged.revokedAt === row.revoked_at &&
    logged.secret === tokenCommitment(row)
  );
}

/** Fields of `token.created` and `token.restated`. */
export function tokenFields(row: TokenRow) {
  return {
    token: row.id,
    grantedRole: row.role,
    customer: row.customer,
    expiresAt: row.expires_at,
    secret: tokenCommitment(row),
  };
}

const STEP = 100;

/** Vouches again for tokens whose entries are about to go, revoked ones among them. */
export function tokenRestater(): Restater {
  const { tokens, visit } = loggedTokens();
  return {
    visit,
    steps(below) {
      const ids = [...tokens].flatMap(([id, { index }]) => (index < below ? [id] : []));
      const groups = Array.from({ length: Math.ceil(ids.length / STEP) }, (_, i) =>
        ids.slice(i * STEP, (i + 1) * STEP),
      );
      return groups.map((group) => async (trx) => {
        const rows: TokenRow[] = await trx("tokens").whereIn("id", group).orderBy("id");
        const isWhole = rows.every((row) => {
          const logged = tokens.get(row.id);
          return logged !== undefined && tokenFits(row, logged);
        });
        if (rows.length !== group.length || !isWhole) {
          throw new PruneAuditError("tokens: the rows are not what was logged");
        }
        return rows.map((row) => ({
          action: "token.restated",
          fields: { ...tokenFields(row), revokedAt: row.revoked_at },
        }));
      });
    },
  };
}
