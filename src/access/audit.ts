/**
 * Holds the token table against the log: a role, scope or expiry that was edited is noticed.
 *
 * @module
 */
import type { LogProblem } from "../activity/verify/log-problem.ts";
import type { EntryVisitor } from "../activity/verify/verify.ts";
import type { Knex } from "../db/open.ts";
import { loggedTokens, tokenFits } from "./logged-tokens.ts";
import type { TokenRow } from "./token-row.ts";
import type { RevokedTokens } from "./tokens.ts";

const TOKEN_ACTIONS = new Set(["token.created", "token.revoked", "token.restated"]);

export function tokenAudit(db: Knex): EntryVisitor {
  const { tokens, visit } = loggedTokens();
  return {
    actions: TOKEN_ACTIONS,
    visit,
    async finish() {
      const problems: LogProblem[] = [];
      const report = (index: number, id: string, what: string) =>
        problems.push({ index, code: "TOKEN_CHANGED", detail: `token ${id}: ${what}` });
      const rows: TokenRow[] = await db("tokens").select();
      for (const row of rows) {
        const logged = tokens.get(row.id);
        tokens.delete(row.id);
        if (logged === undefined) {
          report(0, row.id, "is in the table and in no entry");
        } else if (!tokenFits(row, logged)) {
          report(logged.index, row.id, "its row is not what was logged");
        }
      }
      for (const [id, { index }] of tokens) {
        report(index, id, "was logged and is not in the table");
      }
      return problems;
    },
  };
}

/** Collects the ids of revoked tokens while the log is verified at start. */
export function revokedTokens(): EntryVisitor & { readonly ids: RevokedTokens } {
  const ids: RevokedTokens = new Set();
  return {
    ids,
    actions: TOKEN_ACTIONS,
    visit(_index, entry) {
      const { action, revokedAt } = entry;
      const isRestated = action === "token.restated" && typeof revokedAt === "string";
      if (action === "token.revoked" || isRestated) {
        ids.add(String(entry["token"]));
      }
    },
    finish: async () => [],
  };
}
