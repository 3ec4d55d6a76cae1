/**
 * What a webhook tells: coded fields of our own and nothing that opens, names or addresses.
 *
 * Neither the link id nor the short id under which the log names the link leaves the core, and
 * nothing that a recipient or a sender has typed.
 *
 * @module
 */
import type { EntryDraft } from "../../activity/entries/entry.ts";
import type { LinkRow } from "../context.ts";
import { disclosureOf } from "../links/disclosure.ts";

export interface Notice {
  /** Form of the body: type, time and data, as Standard Webhooks recommends. */
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    readonly reference: string;
    readonly customer: string;
    readonly state: string;
    readonly disclosed: boolean;
    /** In plain words, what to make of it. */
    readonly disclosure: string;
    /** Somebody should look at it now. */
    readonly alarm: boolean;
  };
}

const ALARMS: Readonly<Record<string, boolean>> = {
  "link.opened": false,
  "link.claimed": false,
  "link.confirmed": false,
  "link.expired": false,
  "link.claim_conflict": true,
  "link.locked": true,
  "link.lapsed": true,
  "link.uncertain": true,
  "link.receipt_invalid": true,
};

/** The notice that goes with a log entry about a link; null when nobody is told of such. */
export function noticeOf(
  entry: Pick<EntryDraft, "action" | "outcome">,
  row: Pick<LinkRow, "reference" | "customer" | "state" | "disclosed" | "claimed_at">,
  at: string,
): Notice | null {
  const failed = entry.action === "link.confirmed" && entry.outcome !== "ok";
  const type = failed ? "link.receipt_invalid" : entry.action;
  const alarm = ALARMS[type];
  if (alarm === undefined) {
    return null;
  }
  return {
    type,
    timestamp: at,
    data: {
      reference: row.reference,
      customer: row.customer,
      state: row.state,
      disclosed: Boolean(row.disclosed),
      disclosure: disclosureOf(row),
      alarm,
    },
  };
}
