/**
 * Looking at a link: says what is waiting and for whom. It never moves the link's life, so a
 * mail scanner that follows links burns nothing.
 *
 * @module
 */
import type { ExchangeContext } from "./context.ts";
import { appendEvent } from "./events.ts";
import { lockedMailbox, MAX_NOTES, type MailboxState, provenMailbox } from "./mailbox.ts";
import { guarded, inStore } from "./store.ts";

export interface Peeked {
  readonly state: MailboxState;
  /** Null once the sender has revoked the link. */
  readonly header: Uint8Array | null;
  readonly opened: number;
  /** When somebody looked before this time. */
  readonly firstOpenedAt: string | null;
  readonly lastOpenedAt: string | null;
  readonly expiresAt: string;
  readonly claimedAt: string | null;
  readonly windowEndsAt: string | null;
}

/** @throws {@link Problem} 404 `LINK_UNKNOWN`, 503 */
export async function peek(
  x: ExchangeContext,
  linkId: Uint8Array,
  authKey: Uint8Array,
): Promise<Peeked> {
  const seen = await guarded(() => provenMailbox(x.db, linkId, authKey));
  return await inStore(x, async (trx) => {
    const now = x.now();
    const row = await lockedMailbox(trx, seen, now);
    const at = now.toISOString();
    const opened = row.opened + 1;
    await trx("mailboxes")
      .where({ link_id: row.link_id })
      .update({ opened, first_opened_at: row.first_opened_at ?? at, last_opened_at: at });
    if (opened <= MAX_NOTES) {
      const fields = { count: opened };
      await appendEvent(trx, { type: "link.opened", linkId: row.link_id, fields, at: now });
    }
    return {
      state: row.state,
      header: row.header,
      opened: row.opened,
      firstOpenedAt: row.first_opened_at,
      lastOpenedAt: row.last_opened_at,
      expiresAt: row.expires_at,
      claimedAt: row.claimed_at,
      windowEndsAt: row.window_ends_at,
    };
  });
}
