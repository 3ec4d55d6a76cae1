/**
 * Holds the recipient table against the log: a key that was swapped, or a confirmation that nobody
 * gave, is noticed.
 *
 * @module
 */
import type { LogProblem } from "../../activity/verify/log-problem.ts";
import type { EntryVisitor } from "../../activity/verify/verify.ts";
import type { Knex } from "../../db/open.ts";
import { loggedRecipients, recipientFits } from "./logged.ts";
import type { RecipientRow } from "./rows.ts";
import type { RetiredRecipients } from "./view.ts";

const RECIPIENT_ACTIONS = new Set([
  "recipient.added",
  "recipient.confirmed",
  "recipient.retired",
  "recipient.restated",
]);

export function recipientAudit(db: Knex): EntryVisitor {
  const { recipients, visit } = loggedRecipients();
  return {
    actions: RECIPIENT_ACTIONS,
    visit,
    async finish() {
      const problems: LogProblem[] = [];
      const report = (index: number, id: string, what: string) =>
        problems.push({ index, code: "RECIPIENT_CHANGED", detail: `recipient ${id}: ${what}` });
      // A database of an earlier release is verified as it is.
      const rows: RecipientRow[] = (await db.schema.hasTable("recipients"))
        ? await db("recipients").select()
        : [];
      for (const row of rows) {
        const entry = recipients.get(row.id);
        recipients.delete(row.id);
        if (entry === undefined) {
          report(0, row.id, "is in the table and in no entry");
        } else if (!recipientFits(row, entry)) {
          report(entry.index, row.id, "its row is not what was logged");
        }
      }
      for (const [id, entry] of recipients) {
        report(entry.index, id, "was logged and is not in the table");
      }
      return problems;
    },
  };
}

/** Collects the ids of retired recipients while the log is verified at start. */
export function retiredRecipients(): EntryVisitor & { readonly ids: RetiredRecipients } {
  const ids: RetiredRecipients = new Set();
  return {
    ids,
    actions: RECIPIENT_ACTIONS,
    visit(_index, entry) {
      const isRestated = entry["action"] === "recipient.restated" && entry["retired"] === true;
      if (entry["action"] === "recipient.retired" || isRestated) {
        ids.add(String(entry["recipient"]));
      }
    },
    finish: async () => [],
  };
}
