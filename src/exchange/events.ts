/**
 * The exchange's own record: a hash chain that the core pulls and checks.
 *
 * An event commits with what it tells of. It holds coded fields only: no addresses, no names,
 * no text from outside.
 *
 * @module
 */

import type { Knex } from "../db/open.ts";
import { toBase64url } from "../handover/protocol/base64url.ts";
import { type Canonical, canonicalJson } from "../handover/protocol/canonical.ts";
import { chainHash, type Head, type SignedHead, signHead } from "../handover/protocol/chain.ts";
import type { ExchangeKey } from "./exchange-key.ts";

export type EventType =
  | "link.stored"
  | "link.opened"
  | "pin.failed"
  | "link.locked"
  | "link.claimed"
  | "link.claim_replayed"
  | "link.claim_conflict"
  | "link.confirmed"
  | "link.lapsed"
  | "link.expired"
  | "link.revoked"
  | "exchange.rolled_back"
  | "refused.counts";

const CONFIRMED = '"type":"link.confirmed"';
/** Upper bound of what a receipt adds to a page. */
const RECEIPT_WEIGHT = 4096;

export interface EventDraft {
  readonly type: EventType;
  readonly linkId: Uint8Array | null;
  readonly fields?: { readonly [name: string]: Canonical };
  readonly at: Date;
}

export interface StoredEvent {
  readonly n: number;
  readonly body: string;
  readonly hash: Uint8Array;
}

export interface ChainEnd {
  readonly n: number;
  readonly hash: Uint8Array;
}

/** Adds an event to the chain, inside the caller's transaction. */
export async function appendEvent(trx: Knex.Transaction, draft: EventDraft): Promise<ChainEnd> {
  const before = await trx("event_head").forUpdate().first();
  const n = before.n + 1;
  const body = canonicalJson({
    ...draft.fields,
    v: 1,
    n,
    at: draft.at.toISOString(),
    type: draft.type,
    link: draft.linkId === null ? null : toBase64url(draft.linkId),
  });
  const hash = chainHash(before.hash, Buffer.from(body));
  await trx("events").insert({ n, body, hash: Buffer.from(hash) });
  await trx("event_head").update({ n, hash: Buffer.from(hash) });
  return { n, hash };
}

/** The end of the chain. */
export async function chainEnd(db: Knex): Promise<ChainEnd> {
  const { n, hash } = await db("event_head").first();
  return { n, hash: new Uint8Array(hash) };
}

/** The hash of the chain after event `n`; null beyond its end. */
export async function hashAt(db: Knex, n: number): Promise<Uint8Array | null> {
  if (n === 0) {
    return new Uint8Array(32);
  }
  const row = await db("events").where({ n }).first("hash");
  return row === undefined ? null : new Uint8Array(row.hash);
}

/** Events after `n`, at most `count` of them and `bytes` in all, but at least one. */
export async function eventsAfter(
  db: Knex,
  n: number,
  { count, bytes }: { readonly count: number; readonly bytes: number },
): Promise<StoredEvent[]> {
  const rows: StoredEvent[] = await db("events").where("n", ">", n).orderBy("n").limit(count);
  let length = 0;
  return rows.filter((row, i) => {
    length += Math.ceil((row.body.length * 4) / 3) + 3;
    // The receipt travels beside its event.
    length += row.body.includes(CONFIRMED) ? RECEIPT_WEIGHT : 0;
    return i === 0 || length <= bytes;
  });
}

/** What an acknowledgement says beyond the head. */
export type Acknowledged = Pick<Head, "link" | "put" | "state">;

/** Signs an end of the chain. */
export function signedEnd(
  key: ExchangeKey,
  { n, hash }: ChainEnd,
  at: Date,
  acknowledged: Acknowledged = { link: null, put: null, state: null },
): SignedHead {
  return signHead({ exchange: key.id, n, hash, at: at.toISOString(), ...acknowledged }, (message) =>
    key.sign(message),
  );
}
