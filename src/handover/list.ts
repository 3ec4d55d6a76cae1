/**
 * Links as people see them: never the link id, the fragment or anything that opens.
 *
 * @module
 */
import { Problem } from "../base/problem.ts";
import type { Knex } from "../db/open.ts";
import type { LinkRow, LinkState } from "./context.ts";

export interface LinkView {
  readonly reference: string;
  /** Short id, as the log names it. */
  readonly link: string;
  readonly customer: string;
  readonly state: LinkState;
  /** The package was handed out, or nobody can say that it was not. */
  readonly disclosed: boolean;
  readonly to: string | null;
  readonly purpose: string | null;
  readonly meters: number;
  readonly keys: number;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly opened: number;
  readonly claimedAt: string | null;
  readonly confirmedAt: string | null;
  readonly revokedAt: string | null;
}

export interface LinkQuery {
  /** Only this customer's links. */
  readonly customer?: string;
  /** Reference of the last item of the page before. */
  readonly after?: string;
  readonly limit?: number;
}

/** Lists links in the order they were made. */
export async function listLinks(
  db: Knex,
  { customer, after, limit = 100 }: LinkQuery,
): Promise<{ items: LinkView[]; next: string | null }> {
  const size = Math.min(1000, Math.max(1, limit));
  const query = db<LinkRow>("links")
    .orderBy("number")
    .limit(size + 1);
  if (customer !== undefined) {
    query.where({ customer });
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
    to: row.recipient,
    purpose: row.purpose,
    meters: row.meters,
    keys: row.keys,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    opened: row.opened,
    claimedAt: row.claimed_at,
    confirmedAt: row.confirmed_at,
    revokedAt: row.revoked_at,
  };
}
