/**
 * Takes a sealed package in.
 *
 * A link id is used once for ever: the same body again changes nothing, another body is refused,
 * and the tombstone of a revoked or used link keeps a replayed push from bringing it back.
 *
 * @module
 */
import { Problem } from "../base/problem.ts";
import type { Knex } from "../db/open.ts";
import { toBase64url } from "../handover/protocol/base64url.ts";
import { storeBody } from "./ciphertexts.ts";
import type { ExchangeContext } from "./context.ts";
import type { KeyPlace } from "./day-keys.ts";
import { appendEvent, type ChainEnd, chainEnd } from "./events.ts";
import { type Mailbox, type MailboxState, readMailbox, settle } from "./mailbox.ts";
import { eraseKeys, guarded, inStore } from "./store.ts";

export interface Package {
  readonly header: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly share: Uint8Array;
  readonly authHash: Uint8Array;
  readonly pinHash: Uint8Array;
  readonly receiptHash: Uint8Array;
  readonly expiresAt: string;
  readonly windowSeconds: number;
  readonly clientCertificate?: Uint8Array | undefined;
}

export interface Accepted {
  readonly state: MailboxState;
  readonly created: boolean;
  readonly end: ChainEnd;
}

/** @throws {@link Problem} 409 `LINK_KNOWN`, 503 */
export async function acceptPackage(
  x: ExchangeContext,
  linkId: Uint8Array,
  putHash: Uint8Array,
  pushed: Package,
): Promise<Accepted> {
  const known = await guarded(() => readMailbox(x.db, linkId));
  if (known !== null) {
    return await inStore(x, (trx) => acceptAgain(trx, known, putHash, x.now()));
  }
  const place = await freePlace(x, x.now().toISOString().slice(0, 10));
  try {
    const accepted = await acceptFirst(x, linkId, putHash, pushed, place);
    if (!accepted.created) {
      await eraseKeys(x, [place]);
    }
    return accepted;
  } catch (error) {
    // A commit whose answer was lost may have used the key, and a rolled back row may still hold
    // a share under it: the sweeper finds out.
    x.leftKeys.some = true;
    throw error;
  }
}

/**
 * A place that no link has had. A file that was lost, cut or put back from a copy on the same day
 * starts anew in the middle of it: the end of an older link would erase the key of a newer one.
 */
async function freePlace(x: ExchangeContext, day: string): Promise<KeyPlace> {
  const place = await x.dayKeys.allot(day);
  const rows = x.db<Mailbox>("mailboxes");
  const known = await guarded(() => rows.clone().where(place).first("key_at"));
  if (known === undefined) {
    return place;
  }
  const last = await guarded(() => rows.clone().where({ day }).max({ at: "key_at" }).first());
  await x.dayKeys.erase(place);
  await x.dayKeys.skip(day, Number(last?.at ?? 0));
  return await x.dayKeys.allot(day);
}

async function acceptAgain(
  trx: Knex.Transaction,
  { link_id: linkId }: Mailbox,
  putHash: Uint8Array,
  now: Date,
): Promise<Accepted> {
  const known = await readMailbox(trx, linkId, true);
  if (known?.put_hash?.equals(putHash) !== true) {
    throw new Problem(409, "LINK_KNOWN", "this link is known with another content");
  }
  const { state } = await settle(trx, known, now);
  return { state, created: false, end: await chainEnd(trx) };
}

async function acceptFirst(
  x: ExchangeContext,
  linkId: Uint8Array,
  putHash: Uint8Array,
  { header, share, pinHash, ciphertext, ...pushed }: Package,
  place: KeyPlace,
): Promise<Accepted> {
  const shareBox = await x.dayKeys.box(place, share, { linkId, header });
  const pinMac = await x.dayKeys.pinMac(place, pinHash, linkId);
  return await inStore(x, async (trx) => {
    const now = x.now();
    const known = await readMailbox(trx, linkId, true);
    if (known !== null) {
      return await acceptAgain(trx, known, putHash, now);
    }
    await trx("mailboxes").insert({
      link_id: Buffer.from(linkId),
      state: "open",
      put_hash: Buffer.from(putHash),
      auth_hash: Buffer.from(pushed.authHash),
      receipt_hash: Buffer.from(pushed.receiptHash),
      header: Buffer.from(header),
      expires_at: pushed.expiresAt,
      window_seconds: pushed.windowSeconds,
      ...place,
      client_certificate: pushed.clientCertificate ? Buffer.from(pushed.clientCertificate) : null,
      share_box: Buffer.from(shareBox),
      pin_mac: Buffer.from(pinMac),
    });
    await storeBody(trx, linkId, ciphertext);
    const fields = { put: toBase64url(putHash) };
    await appendEvent(trx, { type: "link.stored", linkId, fields, at: now });
    const stored = await readMailbox(trx, linkId, true);
    const { state } = stored === null ? { state: "open" as const } : await settle(trx, stored, now);
    return { state, created: true, end: await chainEnd(trx) };
  });
}
