/**
 * The confirmation: the claimer has its keys, so the package can go.
 *
 * The receipt proof must hash to what the core pushed, so that the exchange itself cannot invent
 * a confirmation; the signature must be the claimer's.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import { sha256 } from "@noble/hashes/sha2.js";
import { Problem } from "../base/problem.ts";
import { toBase64url } from "../handover/protocol/base64url.ts";
import { verifyReceiptSignature } from "../handover/protocol/receipt.ts";
import type { ExchangeContext } from "./context.ts";
import { type ChainEnd, chainEnd } from "./events.ts";
import { closedProblem, lockedMailbox, type Mailbox, move, provenMailbox } from "./mailbox.ts";
import { guarded, inStore } from "./store.ts";

export interface ConfirmRequest {
  readonly linkId: Uint8Array;
  readonly authKey: Uint8Array;
  /** Exact bytes, as signed. */
  readonly receipt: Uint8Array;
  readonly sig: Uint8Array;
  readonly receiptProof: Uint8Array;
}

export interface Confirmed {
  readonly confirmedAt: string;
  readonly end: ChainEnd;
}

/** @throws {@link Problem} 403, 404, 409, 410, 423, 503 */
export async function confirm(x: ExchangeContext, request: ConfirmRequest): Promise<Confirmed> {
  const seen = await guarded(() => provenMailbox(x.db, request.linkId, request.authKey));
  const outcome = await inStore(x, async (trx) => {
    const now = x.now();
    const row = await lockedMailbox(trx, seen, now);
    if (row.state === "open") {
      return new Problem(409, "LINK_OPEN", "nothing has been collected yet");
    }
    if (row.state !== "claimed" && row.state !== "confirmed") {
      return closedProblem(row.state);
    }
    if (!(await proves(row, request))) {
      return new Problem(403, "RECEIPT_INVALID", "the receipt is not the claimer's");
    }
    if (row.state === "claimed") {
      await accept(trx, row, request, now);
    }
    const confirmedAt = row.confirmed_at ?? now.toISOString();
    return { confirmedAt, end: await chainEnd(trx) };
  });
  if (outcome instanceof Problem) {
    throw outcome;
  }
  await guarded(() => x.highWater.raise(outcome.end));
  return outcome;
}

async function proves(row: Mailbox, request: ConfirmRequest): Promise<boolean> {
  const { sig_pk: sigPk, receipt_hash: expected } = row;
  if (sigPk === null || expected === null) {
    return false;
  }
  return (
    timingSafeEqual(sha256(request.receiptProof), expected) &&
    (await verifyReceiptSignature(sigPk, request.receipt, request.sig))
  );
}

async function accept(
  trx: Parameters<typeof move>[0],
  row: Mailbox,
  { receipt, sig, receiptProof }: ConfirmRequest,
  now: Date,
): Promise<void> {
  const fields = { receipt: toBase64url(sha256(receipt)), sig: toBase64url(sig) };
  await move(trx, row, "confirmed", now, fields, {
    receipt: Buffer.from(receipt),
    receipt_sig: Buffer.from(sig),
    receipt_proof: Buffer.from(receiptProof),
    confirmed_at: now.toISOString(),
  });
}
