/**
 * Links as people see them: never the link id, the fragment or anything that opens.
 *
 * @module
 */
import { Problem } from "../../base/problem.ts";
import type { Knex } from "../../db/open.ts";
import type { LinkRow, LinkState } from "../context.ts";
import { disclosureOf } from "./disclosure.ts";
import { type ReceiptView, receiptView } from "./receipt-view.ts";

export interface LinkView {
  readonly reference: string;
  /** Short id, as the log names it. */
  readonly link: string;
  readonly customer: string;
  readonly state: LinkState;
  /** The package was handed out, or nobody can say that it was not. */
  readonly disclosed: boolean;
  /** The same in plain words. */
  readonly disclosure: string;
  readonly to: string | null;
  readonly purpose: string | null;
  /** Id of the enrolled recipient whose key the inner layer needs. */
  readonly enrolled: string | null;
  readonly meters: number;
  readonly keys: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** The order of its meters, where they have one in common. */
  readonly order: string | null;
  readonly opened: number;
  readonly firstOpenedAt: string | null;
  readonly lastOpenedAt: string | null;
  /** Wrong PINs; the fifth locks. */
  readonly tries: number;
  readonly replayed: number;
  /** Attempts by somebody else after it was collected. */
  readonly conflicts: number;
  readonly claimedAt: string | null;
  readonly windowEndsAt: string | null;
  readonly confirmedAt: string | null;
  /** When it was locked, lapsed or expired, as the state says. */
  readonly endedAt: string | null;
  readonly revokedAt: string | null;
  readonly supersedes: string | null;
  readonly supersededBy: string | null;
  readonly receipt: ReceiptView | null;
}

export interface LinkQuery {
  /** Only this customer's links. */
  readonly customer?: string;
  /** Scope of the caller; the same, from another side. */
  readonly within?: string;
  readonly state?: LinkState;
  readonly order?: string;
  /** Reference of the last item of the page before. */
  readonly after?: string;
  readonly limit?: number;
}

/** Lists links in the order they were made. */
export async function listLinks(
  db: Knex,
  { customer, within, state, order, after, limit = 100 }: LinkQuery,
): Promise<{ items: LinkView[]; next: string | null }> {
  const size = Math.min(1000, Math.max(1, limit));
  const query = db<LinkRow>("links")
    .orderBy("number")
    .limit(size + 1);
  const wanted = { state, customer, order_ref: order };
  for (const [column, value] of Object.entries(wanted)) {
    if (value !== undefined) {
      query.where(column, value);
    }
  }
  if (within !== undefined) {
    query.andWhere("customer", within);
  }
  if (after !== undefined) {
    query.where("number", ">", db("links").where({ reference: after }).select("number"));
  }
  const rows: LinkRow[] = await query;
  const items = rows.slice(0, size).map(view);
  return { items, next: rows.length > size ? (items.at(-1)?.reference ?? null) : null };
}

/** @throws {@link Problem} 404 `LINK_UNKNOWN`, also for another customer's link */
export async function showLink(db: Knex, reference: string, customer?: string): Promise<LinkView> {
  const mine = customer === undefined ? { reference } : { reference, customer };
  const row = await db<LinkRow>("links").where(mine).first();
  if (row === undefined) {
    throw new Problem(404, "LINK_UNKNOWN", "there is no such link");
  }
  return view(row);
}

function view(row: LinkRow): LinkView {
  return {
    reference: row.reference,
    link: row.short_id,
    customer: row.customer,
    state: row.state,
    disclosed: Boolean(row.disclosed),
    disclosure: disclosureOf(row),
    to: row.recipient,
    purpose: row.purpose,
    enrolled: row.enrolled,
    meters: row.meters,
    keys: row.keys,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    order: row.order_ref,
    opened: row.opened,
    firstOpenedAt: row.first_opened_at,
    lastOpenedAt: row.last_opened_at,
    tries: row.tries,
    replayed: row.replayed,
    conflicts: row.conflicts,
    claimedAt: row.claimed_at,
    windowEndsAt: row.window_ends_at,
    confirmedAt: row.confirmed_at,
    endedAt: row.ended_at,
    revokedAt: row.revoked_at,
    supersedes: row.supersedes,
    supersededBy: row.superseded_by,
    receipt: receiptView(row),
  };
}
