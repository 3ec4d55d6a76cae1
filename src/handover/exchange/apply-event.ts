/**
 * Applies one event of the exchange to the core's link, and says what the log must hold of it.
 *
 * Moves always get an entry; what repeats gets at most 64 per link and is counted afterwards, so
 * that nobody outside can fill the log.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { EntryDraft } from "../../activity/entries/entry.ts";
import type { Knex } from "../../db/open.ts";
import type { LinkRow } from "../context.ts";
import { fixedBase64url, fromBase64url } from "../protocol/base64url.ts";
import { checkReceipt, verifyReceiptSignature } from "../protocol/receipt.ts";
import { type Notice, noticeOf } from "../webhooks/notice.ts";
import type { RemoteLinkEvent } from "./remote-event.ts";
import { legalMove } from "./transitions.ts";

/** Leaves per link for events that move nothing. */
const MAX_LEAVES = 64;
/** The fifth wrong PIN locks. */
const MAX_TRIES = 5;

/** A receipt as it came beside its event. */
export interface RawReceipt {
  readonly receipt?: unknown;
  readonly receiptProof?: unknown;
}

export type Applied =
  | { readonly ok: true; readonly entry: EntryDraft | null; readonly notice: Notice | null }
  | { readonly ok: false; readonly code: "LINK_UNKNOWN" | "TRANSITION" };

/** Runs inside the transaction that also moves the cursor. */
export async function applyEvent(
  trx: Knex.Transaction,
  exchange: string,
  event: RemoteLinkEvent,
  receipt: RawReceipt | null,
): Promise<Applied> {
  const linkId = Buffer.from(event.link, "base64url");
  const row = await trx<LinkRow>("links").where({ link_id: linkId, exchange }).first();
  if (row === undefined) {
    return { ok: false, code: "LINK_UNKNOWN" };
  }
  const move = legalMove(event, row.remote_state);
  if (move === null) {
    return { ok: false, code: "TRANSITION" };
  }
  const confirmation = event.type === "link.confirmed" ? await verify(row, event, receipt) : null;
  const change = changeOf(row, event, move.to, confirmation);
  const silent = event.type === "link.stored";
  const leaf = !silent && (move.to !== null || row.leaves < MAX_LEAVES);
  const counter = silent ? {} : leaf ? { leaves: row.leaves + 1 } : { folded: row.folded + 1 };
  if (Object.keys({ ...change, ...counter }).length > 0) {
    await trx("links")
      .where({ link_id: linkId })
      .update({ ...change, ...counter });
  }
  if (!leaf) {
    return { ok: true, entry: null, notice: null };
  }
  const entry = entryOf(row, exchange, event, confirmation);
  return { ok: true, entry, notice: noticeOf(entry, { ...row, ...change }, event.at) };
}

function changeOf(
  row: LinkRow,
  event: RemoteLinkEvent,
  to: LinkRow["state"] | null,
  confirmation: Buffer | null,
): Partial<LinkRow> {
  const moved: Partial<LinkRow> = to ? { remote_state: to } : {};
  // Revoked here stays revoked, superseded too; a receipt that fails proves no delivery.
  const isEnded = row.state === "revoked" || row.state === "superseded";
  const shown = !isEnded && (event.type !== "link.confirmed" || confirmation);
  const state: Partial<LinkRow> = to !== null && to !== "open" && shown ? { state: to } : {};
  switch (event.type) {
    case "link.opened":
      return {
        opened: Math.max(row.opened, event.count),
        first_opened_at: row.first_opened_at ?? event.at,
        last_opened_at: event.at,
      };
    case "pin.failed":
      return { tries: MAX_TRIES - event.left };
    case "link.claim_replayed":
      return { replayed: Math.max(row.replayed, event.count) };
    case "link.claim_conflict":
      return { conflicts: Math.max(row.conflicts, event.count) };
    case "link.claimed": {
      const sigPk = Buffer.from(event.sigPk, "base64url");
      const claim = { claimed_at: event.at, window_ends_at: event.windowEndsAt, sig_pk: sigPk };
      return { ...moved, ...state, ...claim, disclosed: true };
    }
    case "link.confirmed":
      return confirmation === null
        ? moved
        : { ...moved, ...state, confirmed_at: event.at, receipt: confirmation };
    default:
      return {
        ...moved,
        ...state,
        ...("state" in state ? { ended_at: event.at } : {}),
        ...countsAtEnd(row, event),
        ...(wasNeverClaimed(row, event) ? { disclosed: false } : {}),
      };
  }
}

/** Counters that an end tells for the last time. */
function countsAtEnd(row: LinkRow, event: RemoteLinkEvent): Partial<LinkRow> {
  switch (event.type) {
    case "link.locked":
      return event.reason === "pin" ? { tries: MAX_TRIES } : {};
    case "link.expired":
      return { opened: Math.max(row.opened, event.opened) };
    default:
      return {};
  }
}

/**
 * Whether this end says that nobody got the package, so that a link which had become uncertain
 * counts as disclosed no longer. `legalMove` has put the end on a chain without a claim, except
 * for `link.revoked`, which may follow one. Told late, it is worth what it would have been in
 * time: the chain is the one that the core knew before. After a fork nothing is told any more, and
 * an exchange that was rolled back does not know what it forgot.
 */
function wasNeverClaimed(row: LinkRow, event: RemoteLinkEvent): boolean {
  switch (event.type) {
    case "link.expired":
      return true;
    case "link.locked":
      return event.reason === "pin";
    case "link.revoked":
      return !event.wasClaimed && row.remote_state !== "claimed";
    default:
      return false;
  }
}

/** The receipt's bytes when everything about it fits; null otherwise. */
async function verify(
  row: LinkRow,
  event: RemoteLinkEvent & { type: "link.confirmed" },
  raw: RawReceipt | null,
): Promise<Buffer | null> {
  const receipt = typeof raw?.receipt === "string" ? fromBase64url(raw.receipt) : null;
  const proof = fixedBase64url(raw?.receiptProof, 32);
  const sig = fixedBase64url(event.sig, 64);
  if (receipt === null || proof === null || sig === null || row.sig_pk === null) {
    return null;
  }
  const named = sha256(receipt).toString("base64url") === event.receipt;
  if (!named || !sha256(proof).equals(row.receipt_hash)) {
    return null;
  }
  try {
    checkReceipt(receipt, {
      reference: row.reference,
      packageHash: row.package_hash,
      kcvHash: row.kcv_hash,
    });
    const signed = await verifyReceiptSignature(row.sig_pk, receipt, sig);
    return signed ? Buffer.from(receipt) : null;
  } catch {
    return null;
  }
}

function entryOf(
  row: LinkRow,
  exchange: string,
  event: RemoteLinkEvent,
  confirmation: Buffer | null,
): EntryDraft {
  const { v: _v, type, link: _link, at, n, ...coded } = event;
  const verdict = verdictOf(event, confirmation);
  return {
    actor: row.short_id,
    role: "recipient",
    auth: "link",
    purpose: null,
    request: null,
    // `link.revoked` is the core's own word; this is the exchange's answer to it.
    action: type === "link.revoked" ? "link.revocation_confirmed" : type,
    ...verdict,
    fields: {
      reference: row.reference,
      link: row.short_id,
      exchange,
      event: n,
      eventAt: at,
      ...coded,
    },
  };
}

function verdictOf(
  { type }: RemoteLinkEvent,
  confirmation: Buffer | null,
): Pick<EntryDraft, "outcome" | "code"> {
  switch (type) {
    case "pin.failed":
      return { outcome: "refused", code: "PIN_WRONG" };
    case "link.claim_conflict":
      return { outcome: "refused", code: "LINK_COLLECTED" };
    case "link.confirmed":
      return confirmation === null
        ? { outcome: "failed", code: "RECEIPT_INVALID" }
        : { outcome: "ok" };
    default:
      return { outcome: "ok" };
  }
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
