/**
 * Re-issue: a new link for the same meters, recipient and purpose takes the place of an old one.
 *
 * Both halves commit together, so there is never a moment with two live links or with none that
 * anybody asked for. A link whose keys were handed out cannot be taken back by another link: that
 * takes new keys.
 *
 * @module
 */
import { decodeAccessSet } from "../../activity/entries/access-set.ts";
import type { Actor, EntryDraft } from "../../activity/entries/entry.ts";
import { Problem } from "../../base/problem.ts";
import { noteErasure } from "../../db/erase.ts";
import type { Knex } from "../../db/open.ts";
import type { HandoverContext, LinkRow, LinkState } from "../context.ts";
import { pullEvents } from "../exchange/pull.ts";
import { demandSealed } from "../link-seal.ts";

/**
 * `lapsed` was claimed and never confirmed, usually by the recipient on a device that is lost;
 * `uncertain` may have been collected. Both stay counted as disclosed.
 */
const REISSUABLE: readonly LinkState[] = [
  "draft",
  "open",
  "locked",
  "expired",
  "lapsed",
  "uncertain",
];

/** An old link, and whose it must be. */
export interface Superseded {
  readonly reference: string;
  /** Restricts to one customer's links; another's look unknown. */
  readonly within?: string;
}

/** What the new link takes over from the old one. */
export interface Reissue {
  readonly customer: string;
  /** The meters' dense numbers within their customer. */
  readonly numbers: readonly number[];
  readonly to: string;
  readonly purpose: string;
  /** Id of the enrolled recipient; null when the keys lie open in the package. */
  readonly enrolled: string | null;
  readonly lifetimeSeconds: number;
}

/**
 * Reads what a link was made of.
 *
 * @throws {@link Problem} 404 `LINK_UNKNOWN`; 409 `LINK_COLLECTED`, `LINK_CLOSED`,
 *   `LINK_FORGOTTEN`, `LINK_CHANGED`
 */
export async function readReissue(x: HandoverContext, old: Superseded): Promise<Reissue> {
  const { db } = x;
  // Who collected a moment ago should be known; where nobody answers, what is known must do.
  await pullEvents(x).catch(() => null);
  const row = demandReissuable(await db<LinkRow>("links").where(wanted(old)).first());
  const { recipient, purpose, link_id } = row;
  const stored = await db("link_meters").where({ link_id }).first("access_set");
  if (recipient === null || purpose === null || stored === undefined) {
    throw new Problem(409, "LINK_FORGOTTEN", "what the link was made of is not known any more");
  }
  await demandSealed(x.keystore, row, stored.access_set);
  const parts: readonly unknown[] = JSON.parse(stored.access_set);
  const lifetime = Date.parse(row.expires_at) - Date.parse(row.created_at);
  return {
    customer: row.customer,
    numbers: parts.flatMap((part) => (decodeAccessSet(part) ?? []).map(({ number }) => number)),
    to: recipient,
    purpose,
    enrolled: row.enrolled,
    lifetimeSeconds: Math.round(lifetime / 1000),
  };
}

/** Ends the old link in the transaction that makes the new one; answers the entry about both. */
export async function supersede(
  trx: Knex.Transaction,
  { clock }: Pick<HandoverContext, "clock">,
  old: Superseded,
  next: { readonly reference: string; readonly link: string },
  actor: Actor,
): Promise<{ readonly linkId: Buffer; readonly entry: EntryDraft }> {
  // Under the lock: an event, or another re-issue, may have been faster.
  const row = demandReissuable(await trx<LinkRow>("links").where(wanted(old)).forUpdate().first());
  const { link_id } = row;
  await trx("links")
    .where({ link_id })
    .update({ state: "superseded", superseded_by: next.reference });
  await trx("link_outbox").where({ link_id, kind: "put" }).delete();
  noteErasure(trx);
  if (row.remote_state === null || row.remote_state === "open") {
    await trx("link_outbox")
      .insert({ link_id, kind: "delete", next_at: clock().toISOString() })
      .onConflict(["link_id", "kind"])
      .ignore();
  }
  const fields = {
    old: row.reference,
    oldLink: row.short_id,
    new: next.reference,
    newLink: next.link,
    customer: row.customer,
    was: row.state,
    disclosed: Boolean(row.disclosed),
  };
  return { linkId: link_id, entry: { ...actor, action: "link.reissued", outcome: "ok", fields } };
}

function wanted({ reference, within }: Superseded): Partial<LinkRow> {
  return within === undefined ? { reference } : { reference, customer: within };
}

function demandReissuable(row: LinkRow | undefined): LinkRow {
  if (row === undefined) {
    throw new Problem(404, "LINK_UNKNOWN", "there is no such link");
  }
  if (REISSUABLE.includes(row.state)) {
    return row;
  }
  switch (row.state) {
    case "claimed":
    case "confirmed": {
      const detail = "the keys were collected: give the meters new keys and make a new link";
      throw new Problem(409, "LINK_COLLECTED", detail);
    }
    case "superseded": {
      const detail = `the link was issued again before, as ${row.superseded_by}`;
      throw new Problem(409, "LINK_CLOSED", detail);
    }
    default:
      throw new Problem(409, "LINK_CLOSED", "the link was revoked: make a new one");
  }
}
