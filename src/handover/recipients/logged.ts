/**
 * What the log says of every recipient: added, confirmed, retired, and vouched for again before a
 * prune.
 *
 * @module
 */
import type { Json } from "../../activity/entries/entry.ts";
import { PruneAuditError, type Restater } from "../../activity/retention/restate.ts";
import { fingerprintOf } from "./key.ts";
import type { RecipientRow } from "./rows.ts";
import { hexOrNull } from "./view.ts";

export interface LoggedRecipient {
  readonly index: number;
  readonly customer: Json | undefined;
  readonly kind: Json | undefined;
  readonly fingerprint: Json | undefined;
  readonly clientCertificate: Json | undefined;
  isConfirmed: boolean;
  isRetired: boolean;
}

export interface LoggedRecipients {
  readonly recipients: Map<string, LoggedRecipient>;
  visit(index: number, entry: { readonly [name: string]: Json }): void;
}

export function loggedRecipients(): LoggedRecipients {
  const recipients = new Map<string, LoggedRecipient>();
  return {
    recipients,
    visit(index, entry) {
      const id = String(entry["recipient"]);
      const known = recipients.get(id);
      const { action } = entry;
      if (action === "recipient.added" || action === "recipient.restated") {
        recipients.set(id, {
          index,
          customer: entry["customer"],
          kind: entry["kind"],
          fingerprint: entry["fingerprint"],
          clientCertificate: entry["clientCertificate"],
          isConfirmed: entry["confirmed"] === true,
          isRetired: entry["retired"] === true,
        });
      } else if (action === "recipient.confirmed" && known !== undefined) {
        known.isConfirmed = true;
      } else if (action === "recipient.retired" && known !== undefined) {
        known.isRetired = true;
      }
    },
  };
}

/** Whether a row is what was logged. */
export function recipientFits(row: RecipientRow, entry: LoggedRecipient): boolean {
  // A KEK's fingerprint needs the key: its wrapped bytes are bound by their own AAD.
  const isErased = row.retired_at !== null && row.key.length === 0;
  const isOwn = row.kind === "aes-kwp" || isErased || fingerprintOf(row.key) === row.fingerprint;
  return (
    isOwn &&
    entry.customer === row.customer &&
    entry.kind === row.kind &&
    entry.fingerprint === row.fingerprint &&
    entry.clientCertificate === hexOrNull(row.client_certificate) &&
    entry.isConfirmed === (row.confirmed_at !== null) &&
    entry.isRetired === (row.retired_at !== null)
  );
}

const STEP = 100;

/** Vouches again for recipients whose entries are about to go. */
export function recipientRestater(): Restater {
  const { recipients, visit } = loggedRecipients();
  return {
    visit,
    steps(below) {
      const ids = [...recipients].flatMap(([id, { index }]) => (index < below ? [id] : []));
      const groups = Array.from({ length: Math.ceil(ids.length / STEP) }, (_, i) =>
        ids.slice(i * STEP, (i + 1) * STEP),
      );
      return groups.map((group) => async (trx) => {
        const rows: RecipientRow[] = await trx("recipients").whereIn("id", group).orderBy("id");
        const isWhole = rows.every((row) => {
          const logged = recipients.get(row.id);
          return logged !== undefined && recipientFits(row, logged);
        });
        if (rows.length !== group.length || !isWhole) {
          throw new PruneAuditError("recipients: the rows are not what was logged");
        }
        return rows.map((row) => ({
          action: "recipient.restated",
          fields: {
            recipient: row.id,
            customer: row.customer,
            kind: row.kind,
            fingerprint: row.fingerprint,
            clientCertificate: hexOrNull(row.client_certificate),
            confirmed: row.confirmed_at !== null,
            retired: row.retired_at !== null,
          },
        }));
      });
    },
  };
}
