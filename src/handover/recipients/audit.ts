/**
 * Holds the recipient table against the log: a key that was swapped, or a confirmation that nobody
 * gave, is noticed.
 *
 * @module
 */
import type { Json } from "../../activity/entries/entry.ts";
import type { LogProblem } from "../../activity/verify/log-problem.ts";
import type { EntryVisitor } from "../../activity/verify/verify.ts";
import type { Knex } from "../../db/open.ts";
import { fingerprintOf } from "./key.ts";
import type { RecipientRow } from "./rows.ts";
import type { RetiredRecipients } from "./view.ts";

interface Logged {
  readonly index: number;
  readonly customer: Json | undefined;
  readonly kind: Json | undefined;
  readonly fingerprint: Json | undefined;
  readonly clientCertificate: Json | undefined;
  isConfirmed: boolean;
  isRetired: boolean;
}

export function recipientAudit(db: Knex): EntryVisitor {
  const logged = new Map<string, Logged>();
  return {
    actions: new Set(["recipient.added", "recipient.confirmed", "recipient.retired"]),
    visit(index, entry) {
      const id = String(entry["recipient"]);
      const known = logged.get(id);
      if (entry["action"] === "recipient.added") {
        logged.set(id, {
          index,
          customer: entry["customer"],
          kind: entry["kind"],
          fingerprint: entry["fingerprint"],
          clientCertificate: entry["clientCertificate"],
          isConfirmed: false,
          isRetired: false,
        });
      } else if (entry["action"] === "recipient.confirmed" && known !== undefined) {
        known.isConfirmed = true;
      } else if (entry["action"] === "recipient.retired" && known !== undefined) {
        known.isRetired = true;
      }
    },
    async finish(pruned) {
      const problems: LogProblem[] = [];
      const report = (index: number, id: string, what: string) =>
        problems.push({ index, code: "RECIPIENT_CHANGED", detail: `recipient ${id}: ${what}` });
      // A database of an earlier release is verified as it is.
      const rows: RecipientRow[] = (await db.schema.hasTable("recipients"))
        ? await db("recipients").select()
        : [];
      for (const row of rows) {
        const entry = logged.get(row.id);
        logged.delete(row.id);
        if (entry === undefined) {
          // Its entry may be one of those that were pruned.
          if (pruned === 0) {
            report(0, row.id, "is in the table and in no entry");
          }
        } else if (!fits(row, entry)) {
          report(entry.index, row.id, "its row is not what was logged");
        }
      }
      for (const [id, entry] of logged) {
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
    actions: new Set(["recipient.retired"]),
    ids,
    visit(_index, entry) {
      if (entry["action"] === "recipient.retired") {
        ids.add(String(entry["recipient"]));
      }
    },
    finish: async () => [],
  };
}

function fits(row: RecipientRow, entry: Logged): boolean {
  const { client_certificate: certificate } = row;
  const shown = certificate === null ? null : Buffer.from(certificate).toString("hex");
  // A KEK's fingerprint needs the key: its wrapped bytes are bound by their own AAD.
  const isOwn = row.kind === "aes-kwp" || fingerprintOf(row.key) === row.fingerprint;
  return (
    isOwn &&
    entry.customer === row.customer &&
    entry.kind === row.kind &&
    entry.fingerprint === row.fingerprint &&
    entry.clientCertificate === shown &&
    entry.isConfirmed === (row.confirmed_at !== null) &&
    entry.isRetired === (row.retired_at !== null)
  );
}
