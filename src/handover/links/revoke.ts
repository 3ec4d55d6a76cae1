/**
 * Revokes a link: recorded first, then told to the exchange until it has acknowledged.
 *
 * A link that was collected before stays disclosed; revoking it only stops retries.
 *
 * @module
 */
import type { Actor } from "../../activity/entries/entry.ts";
import { Problem } from "../../base/problem.ts";
import { noteErasure } from "../../db/erase.ts";
import type { HandoverContext, LinkRow, LinkState } from "../context.ts";
import { pushOutbox } from "../exchange/outbox.ts";
import { pullEvents } from "../exchange/pull.ts";

/** States in which there is something to revoke. */
const REVOCABLE: readonly LinkState[] = ["draft", "open", "claimed", "uncertain"];

export interface Revocation {
  readonly reference: string;
  /** Code, not text: it goes to the log. */
  readonly reason: string;
  readonly actor: Actor;
  /** Restricts to one customer's links; another's look unknown. */
  readonly customer?: string;
}

/**
 * Revokes the link and answers whether its keys had been handed out.
 *
 * @throws {@link Problem} 404 `LINK_UNKNOWN`, 409 `LINK_CLOSED`
 */
export async function revokeLink(
  x: HandoverContext,
  { reference, reason, actor, customer }: Revocation,
): Promise<{ disclosed: boolean }> {
  if (!/^[A-Z_]{1,32}$/.test(reason)) {
    throw new RangeError("reason: expected a code of capitals");
  }
  const mine = customer === undefined ? { reference } : { reference, customer };
  const now = x.clock().toISOString();
  // A refusal inside the commit would roll back whatever shares its transaction.
  demandRevocable(await x.db<LinkRow>("links").where(mine).first());
  const { result } = await x.activity.commit(async (trx) => {
    // Again under the lock: another revocation, or an event, may have been faster.
    const row = demandRevocable(await trx<LinkRow>("links").where(mine).forUpdate().first());
    const { link_id } = row;
    await trx("links").where({ link_id }).update({ state: "revoked", revoked_at: now });
    await trx("link_outbox").where({ link_id, kind: "put" }).delete();
    await trx("link_outbox")
      .insert({ link_id, kind: "delete", next_at: now })
      .onConflict(["link_id", "kind"])
      .ignore();
    const { short_id: link, customer: owner } = row;
    // An uncertain link counts as disclosed though nobody has told of a claim.
    const [disclosed, wasClaimed] = [Boolean(row.disclosed), row.claimed_at !== null];
    const fields = { reference, link, customer: owner, reason, wasClaimed, disclosed };
    return {
      entries: [{ ...actor, action: "link.revoked", outcome: "ok", fields }],
      result: { disclosed, linkId: link_id },
    };
  });
  noteErasure(x.db);
  const { pushed } = await pushOutbox(x, result.linkId).catch(() => ({ pushed: 0 }));
  return pushed > 0 ? await heardOf(x, result) : { disclosed: result.disclosed };
}

/** Whether somebody had collected before the exchange closed the link, as its events tell. */
async function heardOf(
  x: HandoverContext,
  { linkId, disclosed }: { readonly linkId: Buffer; readonly disclosed: boolean },
): Promise<{ disclosed: boolean }> {
  await pullEvents(x).catch(() => null);
  const row = await x.db<LinkRow>("links").where({ link_id: linkId }).first();
  return { disclosed: row === undefined ? disclosed : Boolean(row.disclosed) };
}

function demandRevocable(row: LinkRow | undefined): LinkRow {
  if (row === undefined) {
    throw new Problem(404, "LINK_UNKNOWN", "there is no such link");
  }
  if (!REVOCABLE.includes(row.state)) {
    throw new Problem(409, "LINK_CLOSED", "the link is closed already");
  }
  return row;
}
