/**
 * One mailbox: a sealed package on its way, or the tombstone of one.
 *
 * Its state moves forward only, in one transaction with the erasure and the event that belong to
 * the move. Time moves it too, when somebody looks and when the sweeper comes by.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import { sha256 } from "@noble/hashes/sha2.js";
import { Problem } from "../base/problem.ts";
import { noteErasure } from "../db/erase.ts";
import type { Knex } from "../db/open.ts";
import type { Canonical } from "../handover/protocol/canonical.ts";
import { noteEnded } from "./ended.ts";
import { appendEvent, type EventType } from "./events.ts";

export type MailboxState =
  | "open"
  | "claimed"
  | "confirmed"
  | "expired"
  | "revoked"
  | "locked"
  | "lapsed";

export interface Mailbox {
  readonly link_id: Buffer;
  readonly state: MailboxState;
  readonly put_hash: Buffer | null;
  readonly auth_hash: Buffer | null;
  readonly receipt_hash: Buffer | null;
  readonly header: Buffer | null;
  /** SHA-256 of the certificate that the claimer must show; null for links of people. */
  readonly client_certificate: Buffer | null;
  readonly expires_at: string;
  readonly window_seconds: number;
  readonly day: string;
  /** Where the day's file holds the key of this share. */
  readonly key_at: number | null;
  readonly share_box: Buffer | null;
  readonly pin_mac: Buffer | null;
  readonly tries: number;
  readonly opened: number;
  readonly first_opened_at: string | null;
  readonly last_opened_at: string | null;
  readonly replayed: number;
  readonly conflicts: number;
  readonly pk: Buffer | null;
  readonly sig_pk: Buffer | null;
  readonly sealed: Buffer | null;
  readonly claimed_at: string | null;
  readonly window_ends_at: string | null;
  readonly receipt: Buffer | null;
  readonly receipt_sig: Buffer | null;
  readonly receipt_proof: Buffer | null;
  readonly confirmed_at: string | null;
}

/** Events that tell of no move are written this often per mailbox, then only counted. */
export const MAX_NOTES = 48;

const ABSENT = new Uint8Array(32);

/** Reads a mailbox; `lock` holds it until the transaction ends. */
export async function readMailbox(
  db: Knex,
  linkId: Uint8Array,
  lock = false,
): Promise<Mailbox | null> {
  const query = db<Mailbox>("mailboxes").where({ link_id: Buffer.from(linkId) });
  return (await (lock ? query.forUpdate() : query).first()) ?? null;
}

/**
 * Answers the mailbox to whoever proves to hold its fragment. Unknown links, wrong proofs and
 * tombstones do the same work and get the same answer.
 *
 * @throws {@link Problem} 404 `LINK_UNKNOWN`
 */
export async function provenMailbox(
  db: Knex,
  linkId: Uint8Array,
  authKey: Uint8Array,
): Promise<Mailbox> {
  const row = await readMailbox(db, linkId);
  const stored = row?.auth_hash ?? null;
  const equal = timingSafeEqual(sha256(authKey), stored ?? ABSENT);
  if (row === null || stored === null || !equal) {
    throw new Problem(404, "LINK_UNKNOWN", "there is no such link");
  }
  return row;
}

/** Reads a proven mailbox again under its lock, and lets time do its work on it. */
export async function lockedMailbox(
  trx: Knex.Transaction,
  { link_id }: Mailbox,
  now: Date,
): Promise<Mailbox> {
  const row = await readMailbox(trx, link_id, true);
  if (row === null) {
    throw new TypeError("mailbox: rows are never deleted");
  }
  return await settle(trx, row, now);
}

/** Moves a mailbox whose time is over. Tolerance 0: at the instant of expiry it is over. */
export async function settle(trx: Knex.Transaction, row: Mailbox, now: Date): Promise<Mailbox> {
  const at = now.toISOString();
  if (row.state === "open" && row.expires_at <= at) {
    return await move(trx, row, "expired", now, { opened: row.opened });
  }
  if (row.state === "claimed" && (row.window_ends_at ?? "") <= at) {
    return await move(trx, row, "lapsed", now, {});
  }
  return row;
}

const EVENT_OF: Readonly<Record<Exclude<MailboxState, "open" | "claimed">, EventType>> = {
  confirmed: "link.confirmed",
  expired: "link.expired",
  revoked: "link.revoked",
  locked: "link.locked",
  lapsed: "link.lapsed",
};

/** Closes a mailbox: state, erasure and event together. `change` sets further columns. */
export async function move(
  trx: Knex.Transaction,
  row: Mailbox,
  to: keyof typeof EVENT_OF,
  now: Date,
  fields: { readonly [name: string]: Canonical },
  change: Partial<Mailbox> = {},
): Promise<Mailbox> {
  const columns = { state: to, share_box: null, pin_mac: null, sealed: null, ...change };
  const moved = await trx("mailboxes")
    .where({ link_id: row.link_id, state: row.state })
    .update(columns);
  if (moved !== 1) {
    throw new TypeError("mailbox: moved although it was locked");
  }
  await trx("mailbox_bodies").where({ link_id: row.link_id }).delete();
  noteErasure(trx);
  noteEnded(trx, row);
  await appendEvent(trx, { type: EVENT_OF[to], linkId: row.link_id, fields, at: now });
  return { ...row, ...columns };
}

/** Refuses what a closed mailbox cannot do any more. */
export function closedProblem(state: Exclude<MailboxState, "open" | "claimed">): Problem {
  switch (state) {
    case "confirmed":
      return new Problem(410, "LINK_CONFIRMED", "the keys were collected and their receipt signed");
    case "expired":
      return new Problem(410, "LINK_EXPIRED", "the link has expired, nothing was collected");
    case "revoked":
      return new Problem(410, "LINK_REVOKED", "the sender has revoked the link");
    case "locked":
      return new Problem(423, "LINK_LOCKED", "the link is locked, ask the sender for a new one");
    case "lapsed":
      return new Problem(410, "LINK_LAPSED", "the time to finish on the same device is over");
  }
}
