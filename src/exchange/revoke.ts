/**
 * Revokes a link at the core's word, known or not.
 *
 * An unknown link gets a tombstone, so that a push which arrives later finds it dead.
 *
 * @module
 */
import { noteErasure } from "../db/erase.ts";
import type { Knex } from "../db/open.ts";
import type { ExchangeContext } from "./context.ts";
import { appendEvent, type ChainEnd, chainEnd } from "./events.ts";
import { type MailboxState, move, readMailbox, settle } from "./mailbox.ts";
import { guarded, inStore } from "./store.ts";

export interface Revoked {
  readonly state: MailboxState;
  readonly end: ChainEnd;
}

/** Closes the link unless it is closed already. */
export async function revokePackage(x: ExchangeContext, linkId: Uint8Array): Promise<Revoked> {
  const revoked = await inStore(x, async (trx) => {
    const now = x.now();
    const known = await readMailbox(trx, linkId, true);
    const state = known === null ? await bury(trx, linkId, now) : await close(trx, known, now);
    return { state, end: await chainEnd(trx) };
  });
  await guarded(() => x.highWater.raise(revoked.end));
  return revoked;
}

async function close(
  trx: Knex.Transaction,
  known: Parameters<typeof settle>[1],
  now: Date,
): Promise<MailboxState> {
  const row = await settle(trx, known, now);
  if (row.state !== "open" && row.state !== "claimed") {
    // Nobody needs any more what is left of people: who was to receive, and who signed.
    await trx("mailboxes").where({ link_id: row.link_id }).update({ header: null, receipt: null });
    noteErasure(trx);
    return row.state;
  }
  const wasClaimed = row.state === "claimed";
  await move(trx, row, "revoked", now, { wasClaimed }, { header: null });
  return "revoked";
}

async function bury(trx: Knex.Transaction, linkId: Uint8Array, now: Date): Promise<MailboxState> {
  await trx("mailboxes").insert({
    link_id: Buffer.from(linkId),
    state: "revoked",
    expires_at: now.toISOString(),
    window_seconds: 0,
    day: "",
  });
  const fields = { wasClaimed: false };
  await appendEvent(trx, { type: "link.revoked", linkId, fields, at: now });
  return "revoked";
}
