/**
 * The claim: binds a link to one claimer and hands it the package.
 *
 * The order is that of MKX/1: whoever cannot prove the fragment changes nothing; whoever has
 * claimed gets the same bytes again without a PIN; time comes before PIN; a wrong PIN costs a
 * try, the fifth locks and erases; one conditional UPDATE decides the race. Nothing is answered
 * before the commit, and a client that goes away stops nothing.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import { sha256 } from "@noble/hashes/sha2.js";
import { Problem } from "../base/problem.ts";
import { noteErasure } from "../db/erase.ts";
import type { Knex } from "../db/open.ts";
import { toBase64url } from "../handover/protocol/base64url.ts";
import { DetailedProblem } from "../http/middleware/problem-handler.ts";
import { type BodySize, bodySize } from "./ciphertexts.ts";
import type { ExchangeContext } from "./context.ts";
import { noteEnded } from "./ended.ts";
import { appendEvent, type ChainEnd, chainEnd, type EventType } from "./events.ts";
import {
  closedProblem,
  lockedMailbox,
  MAX_NOTES,
  type Mailbox,
  move,
  provenMailbox,
} from "./mailbox.ts";
import { sealShare } from "./seal-share.ts";
import { guarded, inStore } from "./store.ts";

/** The fifth wrong PIN locks. */
const MAX_TRIES = 5;

export interface ClaimRequest {
  readonly linkId: Uint8Array;
  readonly authKey: Uint8Array;
  /** Not needed by a claimer that comes back. */
  readonly pinProof: Uint8Array | null;
  readonly pk: Uint8Array;
  readonly sigPk: Uint8Array;
  /** Masked; goes to the erasable table. */
  readonly network: string;
}

export interface Claimed {
  readonly header: Uint8Array;
  readonly size: BodySize;
  readonly sealed: Uint8Array;
  readonly claimedAt: string;
  readonly windowEndsAt: string;
  readonly end: ChainEnd;
}

/** @throws {@link Problem} 403, 404, 409, 410, 423, 503 */
export async function claim(x: ExchangeContext, request: ClaimRequest): Promise<Claimed> {
  const seen = await guarded(() => provenMailbox(x.db, request.linkId, request.authKey));
  // Sealed before the write lock is taken: it is the slow part. It leaves only if we win below.
  const sealed = await sealForClaimer(x, seen, request).catch(keyless);
  // A refusal is answered after the commit, because it may have changed something.
  const outcome = await inStore(x, async (trx) => {
    const now = x.now();
    const row = await lockedMailbox(trx, seen, now);
    if (row.state === "claimed" || row.state === "confirmed") {
      return await again(trx, row, request, now);
    }
    if (row.state !== "open") {
      return closedProblem(row.state);
    }
    if (sealed instanceof Problem) {
      // Still open without its key: nothing was counted, and nothing can be handed out.
      throw sealed;
    }
    return sealed === null
      ? await wrongPin(trx, row, request, now)
      : await first(trx, row, request, sealed, now);
  });
  if (outcome instanceof Problem) {
    if (seen.state === "open") {
      // A wrong PIN: an older copy of the database must not give the try back.
      await guarded(async () => x.highWater.raise(await chainEnd(x.db)));
    }
    throw outcome;
  }
  await guarded(() => x.highWater.raise(outcome.end));
  return outcome;
}

/** Null when the PIN is wrong or the mailbox is not open any more. */
async function sealForClaimer(
  x: ExchangeContext,
  row: Mailbox,
  { linkId, pinProof, pk, sigPk }: ClaimRequest,
): Promise<Uint8Array | null> {
  const { share_box: box, pin_mac: expected, header } = row;
  if (row.state !== "open" || box === null || expected === null || header === null) {
    return null;
  }
  const mac = await x.dayKeys.pinMac(row, sha256(pinProof ?? new Uint8Array()), linkId);
  if (pinProof === null || !timingSafeEqual(mac, expected)) {
    return null;
  }
  const share = await x.dayKeys.unbox(row, box, { linkId, header });
  const sealed = sealShare(pk, share, { linkId, header, sigPk });
  share.fill(0);
  return sealed;
}

/** The key goes when a faster claimer wins: whether that was so, the row says below. */
function keyless(error: unknown): Problem {
  if (error instanceof Problem) {
    return error;
  }
  throw error;
}

async function first(
  trx: Knex.Transaction,
  row: Mailbox,
  { pk, sigPk, network }: ClaimRequest,
  sealed: Uint8Array,
  now: Date,
): Promise<Claimed | Problem> {
  const at = now.toISOString();
  const windowEndsAt = new Date(now.getTime() + row.window_seconds * 1000).toISOString();
  const change = {
    state: "claimed" as const,
    share_box: null,
    pin_mac: null,
    sealed: Buffer.from(sealed),
    pk: Buffer.from(pk),
    sig_pk: Buffer.from(sigPk),
    claimed_at: at,
    window_ends_at: windowEndsAt,
  };
  // Guard and expiry in the statement itself: of any number of racing claims one wins.
  const won = await trx("mailboxes")
    .where({ link_id: row.link_id, state: "open" })
    .andWhere("expires_at", ">", at)
    .andWhere("tries", "<", MAX_TRIES)
    .update(change);
  if (won !== 1) {
    return closedProblem("expired");
  }
  noteErasure(trx);
  noteEnded(trx, row);
  const end = await appendEvent(trx, {
    type: "link.claimed",
    linkId: row.link_id,
    fields: { pk: toBase64url(sha256(pk)), sigPk: toBase64url(sigPk), windowEndsAt },
    at: now,
  });
  await noteNetwork(trx, row, "claimed", network, at);
  return await claimedBytes(trx, { ...row, ...change }, end);
}

async function again(
  trx: Knex.Transaction,
  row: Mailbox,
  { pk, sigPk, network }: ClaimRequest,
  now: Date,
): Promise<Claimed | Problem> {
  const same = row.pk?.equals(pk) === true && row.sig_pk?.equals(sigPk) === true;
  if (same && row.state === "confirmed") {
    return closedProblem("confirmed");
  }
  if (same) {
    await note(trx, row, "link.claim_replayed", "replayed", now);
    return await claimedBytes(trx, row, await chainEnd(trx));
  }
  await note(trx, row, "link.claim_conflict", "conflicts", now);
  await noteNetwork(trx, row, "conflict", network, now.toISOString());
  return new DetailedProblem(409, "LINK_COLLECTED", "the keys were collected by somebody else", {
    claimedAt: row.claimed_at ?? "",
  });
}

async function wrongPin(
  trx: Knex.Transaction,
  row: Mailbox,
  { pinProof, network }: ClaimRequest,
  now: Date,
): Promise<Problem> {
  if (pinProof === null) {
    return new Problem(400, "BODY_FIELD", "expected a PIN proof", "/pinProof");
  }
  await noteNetwork(trx, row, "pin", network, now.toISOString());
  const tries = row.tries + 1;
  if (tries >= MAX_TRIES) {
    await move(trx, row, "locked", now, { reason: "pin" }, { tries });
    return closedProblem("locked");
  }
  await trx("mailboxes").where({ link_id: row.link_id }).update({ tries });
  const left = MAX_TRIES - tries;
  await appendEvent(trx, { type: "pin.failed", linkId: row.link_id, fields: { left }, at: now });
  return new DetailedProblem(403, "PIN_WRONG", "the PIN is not the one of this link", { left });
}

async function claimedBytes(trx: Knex.Transaction, row: Mailbox, end: ChainEnd): Promise<Claimed> {
  const size = await bodySize(trx, row.link_id);
  const { header, sealed, claimed_at: claimedAt, window_ends_at: windowEndsAt } = row;
  if (
    size === null ||
    header === null ||
    sealed === null ||
    claimedAt === null ||
    windowEndsAt === null
  ) {
    throw new TypeError("mailbox: a claimed one has its bytes");
  }
  return { header, size, sealed, claimedAt, windowEndsAt, end };
}

/** Counts what moves nothing; the first of them get an event each. */
async function note(
  trx: Knex.Transaction,
  row: Mailbox,
  type: EventType,
  counter: "replayed" | "conflicts",
  now: Date,
): Promise<void> {
  const count = row[counter] + 1;
  await trx("mailboxes")
    .where({ link_id: row.link_id })
    .update({ [counter]: count });
  if (count <= MAX_NOTES) {
    await appendEvent(trx, { type, linkId: row.link_id, fields: { count }, at: now });
  }
}

async function noteNetwork(
  trx: Knex.Transaction,
  row: Mailbox,
  kind: string,
  network: string,
  at: string,
): Promise<void> {
  if (row.conflicts < MAX_NOTES) {
    await trx("networks").insert({ link_id: row.link_id, kind, network, at });
  }
}
