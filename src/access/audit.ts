/**
 * Holds the token table against the log: a role, scope or expiry that was edited is noticed.
 *
 * @module
 */
import type { Json } from "../activity/entries/entry.ts";
import type { LogProblem } from "../activity/verify/log-problem.ts";
import type { EntryVisitor } from "../activity/verify/verify.ts";
import type { Knex } from "../db/open.ts";
import { type RevokedTokens, type TokenRow, tokenCommitment } from "./tokens.ts";

interface Created {
  readonly index: number;
  readonly role: Json | undefined;
  readonly customer: Json | undefined;
  readonly expiresAt: Json | undefined;
  readonly secret: Json | undefined;
  revokedAt: Json;
}

export function tokenAudit(db: Knex): EntryVisitor {
  const created = new Map<string, Created>();
  return {
    actions: new Set(["token.created", "token.revoked"]),
    visit(index, entry) {
      const id = String(entry["token"]);
      if (entry["action"] === "token.created") {
        created.set(id, {
          index,
          role: entry["grantedRole"],
          customer: entry["customer"],
          expiresAt: entry["expiresAt"],
          secret: entry["secret"],
          revokedAt: null,
        });
      } else if (entry["action"] === "token.revoked") {
        const token = created.get(id);
        if (token !== undefined) {
          token.revokedAt = entry["revokedAt"] ?? null;
        }
      }
    },
    async finish(pruned) {
      const problems: LogProblem[] = [];
      const report = (index: number, id: string, what: string) =>
        problems.push({ index, code: "TOKEN_CHANGED", detail: `token ${id}: ${what}` });
      const rows: TokenRow[] = await db("tokens").select();
      for (const row of rows) {
        const entry = created.get(row.id);
        created.delete(row.id);
        if (entry === undefined) {
          // Its entry may be one of those that were pruned.
          if (pruned === 0) {
            report(0, row.id, "is in the table and in no entry");
          }
        } else if (
          entry.role !== row.role ||
          entry.customer !== row.customer ||
          entry.expiresAt !== row.expires_at ||
          entry.revokedAt !== row.revoked_at ||
          entry.secret !== tokenCommitment(row)
        ) {
          report(entry.index, row.id, "its row is not what was logged");
        }
      }
      for (const [id, entry] of created) {
        report(entry.index, id, "was logged and is not in the table");
      }
      return problems;
    },
  };
}

/** Collects the ids of revoked tokens while the log is verified at start. */
export function revokedTokens(): EntryVisitor & { readonly ids: RevokedTokens } {
  const ids: RevokedTokens = new Set();
  return {
    actions: new Set(["token.revoked"]),
    ids,
    visit(_index, entry) {
      if (entry["action"] === "token.revoked") {
        ids.add(String(entry["token"]));
      }
    },
    finish: async () => [],
  };
}
