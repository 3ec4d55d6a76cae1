/**
 * Links of which nobody can say what became of them.
 *
 * When the exchange was lost, forked, or has told of no end past a link's expiry, the package may
 * have been handed out unseen. Such a link counts as disclosed in every scope and re-key. That the
 * exchange answers is no excuse: an honest one has reported an end by then, and one that hides its
 * events answers too. Revoked or superseded here is no end either, until the exchange has told of
 * one.
 *
 * @module
 */

import { SYSTEM } from "../../activity/entries/entry.ts";
import { noteErasure } from "../../db/erase.ts";
import type { Knex } from "../../db/open.ts";
import type { HandoverContext, LinkRow, LinkState } from "../context.ts";
import { noticeOf } from "../webhooks/notice.ts";
import { enqueueNotices } from "../webhooks/outbox.ts";
import { exchangeState } from "./state.ts";

/** Time for a last pull after a link's expiry. */
const GRACE_MS = 3_600_000;
const BATCH = 500;
/** Ended here; the exchange may know it or not. */
const ENDED: readonly LinkState[] = ["revoked", "superseded"];

/** Marks what has become uncertain; answers how many. */
export async function markUncertain(x: HandoverContext): Promise<number> {
  const { exchange, trusted } = await exchangeState(x);
  const overdue = new Date(x.clock().getTime() - GRACE_MS).toISOString();
  const reason = trusted ? "SILENT" : "FORKED";
  const { result } = await x.activity.commit(async (trx) => {
    const query = trx<LinkRow>("links")
      .where({ exchange, disclosed: false })
      .whereIn("state", ["draft", "open", ...ENDED])
      .where((told) => told.whereNull("remote_state").orWhere({ remote_state: "open" }))
      // A draft that was never sent cannot have been collected.
      .whereNotIn("link_id", neverSent(trx))
      .orderBy("number")
      .limit(BATCH);
    if (trusted) {
      query.where("expires_at", "<", overdue);
    }
    const rows: LinkRow[] = await query;
    const ids = rows.map((row) => row.link_id);
    await trx("links").whereIn("link_id", ids).update({ disclosed: true });
    await trx("links")
      .whereIn("link_id", ids)
      .whereNotIn("state", ENDED)
      .update({ state: "uncertain" });
    await trx("link_outbox").whereIn("link_id", ids).where({ kind: "put" }).delete();
    const entries = rows.map((row) => ({
      ...SYSTEM,
      action: "link.uncertain",
      outcome: "failed" as const,
      code: reason,
      fields: { reference: row.reference, link: row.short_id, customer: row.customer, exchange },
    }));
    if (x.notifies) {
      const at = x.clock().toISOString();
      const now = (row: LinkRow) => (ENDED.includes(row.state) ? row.state : "uncertain");
      const notices = entries.flatMap((entry, i) => {
        const row = rows[i]!;
        return noticeOf(entry, { ...row, disclosed: true, state: now(row) }, at) ?? [];
      });
      await enqueueNotices(trx, notices, x.clock());
    }
    return { entries, result: rows.length };
  });
  if (result > 0) {
    noteErasure(x.db);
  }
  return result;
}

function neverSent(trx: Knex.Transaction) {
  return trx("link_outbox").where({ kind: "put", attempts: 0 }).select("link_id");
}
