/**
 * Creates a link: seal, record, and only then tell anybody.
 *
 * The entry with the full access set is the durable permission for the disclosure; it commits
 * together with the link. Fragment and PIN are answered once and kept nowhere.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { SealedPackage, SealRequest } from "../../../keystore/index.ts";
import { encodeAccessSet, type KeyUse } from "../../activity/entries/access-set.ts";
import type { Actor, EntryDraft } from "../../activity/entries/entry.ts";
import { saltedHash } from "../../activity/entries/salted.ts";
import { Problem } from "../../base/problem.ts";
import type { HandoverContext, LinkState } from "../context.ts";
import { pushOutbox } from "../exchange/outbox.ts";
import { pullEvents } from "../exchange/pull.ts";
import { isTrusted } from "../exchange/state.ts";
import { sealLink } from "../link-seal.ts";
import { keyName } from "../protocol/chain.ts";
import { linkShortId } from "../protocol/derive.ts";
import { formatLink } from "../protocol/link.ts";
import { issuerFingerprint } from "../protocol/package.ts";
import { demandInForce } from "../recipients/recipients.ts";
import type { EnrolledRecipient } from "../recipients/seal.ts";
import { putBody } from "./put-body.ts";
import { newReference } from "./reference.ts";
import { type Superseded, supersede } from "./supersede.ts";

/** How long a claimer may come back before the package goes. */
const WINDOW_SECONDS = 86_400;

export interface DispatchRequest {
  readonly seal: Omit<SealRequest, "reference" | "createdAt" | "expiresAt" | "checkpoint">;
  /** Id of the customer, for the log. */
  readonly customer: string;
  /** Every meter and key version in the package. */
  readonly keys: readonly Omit<KeyUse, "counts">[];
  /** The order of the meters, where they have one in common. */
  readonly order?: string | null;
  readonly expiresInSeconds: number;
  readonly windowSeconds?: number;
  /** Whose key the inner layer needs, as in `seal`. */
  readonly recipient?: EnrolledRecipient | null;
  /** The link whose place the new one takes. */
  readonly supersedes?: Superseded;
  readonly actor: Actor;
}

export interface Dispatched {
  readonly link: string;
  readonly pin: string;
  readonly reference: string;
  readonly expiresAt: string;
  /** Fingerprint of the package key: goes the way of the PIN. */
  readonly issuer: string;
  readonly state: LinkState;
  /** The link that was re-issued, and whether its keys were handed out by then. */
  readonly superseded?: { readonly reference: string; readonly disclosed: boolean };
}

/**
 * Seals keys for a recipient, records it, and pushes the package to the exchange.
 *
 * @throws {@link Problem} 503 `EXCHANGE_UNTRUSTED` when the exchange has shown a forked chain;
 *   what `demandInForce` and `supersede` throw
 */
export async function dispatchLink(
  x: HandoverContext,
  request: DispatchRequest,
): Promise<Dispatched> {
  if (!(await isTrusted(x))) {
    throw new Problem(503, "EXCHANGE_UNTRUSTED", "the exchange has forked and gets no packages");
  }
  const created = x.clock();
  const createdAt = created.toISOString();
  const expiresAt = new Date(created.getTime() + request.expiresInSeconds * 1000).toISOString();
  const reference = await newReference(x.db);
  const { note: checkpoint } = await x.activity.checkpoint();
  const sealed = await x.keystore.seal({
    ...request.seal,
    reference,
    createdAt,
    expiresAt,
    checkpoint,
  });
  const windowSeconds = request.windowSeconds ?? WINDOW_SECONDS;
  const certificate = request.recipient?.clientCertificate ?? null;
  const body = await putBody(sealed, expiresAt, windowSeconds, certificate);
  const draft = { ...request, sealed, reference, createdAt, expiresAt };
  const salts = { recipient: randomBytes(16), purpose: randomBytes(16) };
  const parts = encodeAccessSet(draft.keys);
  const accessSet = JSON.stringify(parts);
  const row = linkRow(keyName(x.exchange.publicKey), draft, salts);
  const seal = await sealLink(x.keystore, row, accessSet);
  const { supersedes } = request;
  const { result: ended } = await x.activity.commit(async (trx) => {
    if (draft.recipient) {
      await demandInForce(trx, draft.recipient.id);
    }
    await trx("links").insert({ ...row, seal });
    await trx("link_meters").insert({ link_id: row.link_id, access_set: accessSet });
    await trx("link_outbox").insert({
      link_id: row.link_id,
      kind: "put",
      body,
      next_at: createdAt,
    });
    const entries = dispatchEntries(draft, salts, parts);
    if (supersedes === undefined) {
      return { entries, result: null };
    }
    const next = { reference, link: linkShortId(sealed.linkId) };
    const { linkId, entry } = await supersede(trx, x, supersedes, next, request.actor);
    return { entries: [...entries, entry], result: linkId };
  });
  // Durable from here on. The old link dies first; until it has, the outbox keeps the new one.
  if (ended !== null) {
    await endAtExchange(x, ended);
  }
  // A push that fails leaves a draft that is pushed again later.
  await pushOutbox(x, sealed.linkId).catch(() => null);
  const { state } = await x.db("links").where({ reference }).first("state");
  return {
    link: formatLink(x.exchange.publicUrl, sealed.fragment),
    pin: sealed.pin,
    reference,
    expiresAt,
    issuer: issuerFingerprint(x.issuerPublicKey),
    state,
    ...(supersedes === undefined ? {} : { superseded: await endedLink(x, supersedes.reference) }),
  };
}

/** Tells the exchange, and hears whether somebody was faster. What fails is tried again later. */
async function endAtExchange(x: HandoverContext, linkId: Buffer): Promise<void> {
  const { pushed } = await pushOutbox(x, linkId).catch(() => ({ pushed: 0 }));
  if (pushed > 0) {
    await pullEvents(x).catch(() => null);
  }
}

async function endedLink(x: HandoverContext, reference: string) {
  const row = await x.db("links").where({ reference }).first("disclosed");
  return { reference, disclosed: Boolean(row?.disclosed) };
}

interface Draft extends DispatchRequest {
  readonly sealed: SealedPackage;
  readonly reference: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

type AccessSet = ReturnType<typeof encodeAccessSet>;

interface Salts {
  readonly recipient: Buffer;
  readonly purpose: Buffer;
}

function linkRow(exchange: string, draft: Draft, salts: Salts) {
  const { seal, customer, sealed, reference, createdAt, expiresAt } = draft;
  return {
    link_id: Buffer.from(sealed.linkId),
    reference,
    short_id: linkShortId(sealed.linkId),
    exchange,
    customer,
    state: "draft",
    meters: seal.meters.length,
    keys: sealed.keyCount,
    recipient: seal.to,
    recipient_salt: salts.recipient,
    enrolled: draft.recipient?.id ?? null,
    purpose: seal.purpose,
    purpose_salt: salts.purpose,
    package_hash: Buffer.from(sealed.packageHash),
    kcv_hash: Buffer.from(sealed.kcvHash),
    receipt_hash: Buffer.from(sealed.receiptHash),
    created_at: createdAt,
    expires_at: expiresAt,
    order_ref: draft.order ?? null,
    supersedes: draft.supersedes?.reference ?? null,
  };
}

function dispatchEntries(draft: Draft, salts: Salts, parts: AccessSet): EntryDraft[] {
  const { actor, seal, sealed, customer, reference, expiresAt } = draft;
  const common = {
    reference,
    link: linkShortId(sealed.linkId),
    customer,
    count: seal.meters.length,
    packageHash: Buffer.from(sealed.packageHash).toString("hex"),
    recipientHash: saltedHash(salts.recipient, seal.to),
    purposeHash: saltedHash(salts.purpose, seal.purpose),
    expiresAt,
    ...draft.recipient?.logged,
  };
  return parts.map((keys, i) => ({
    ...actor,
    action: "link.dispatched",
    outcome: "ok",
    fields: { ...common, part: i + 1, parts: parts.length, keys },
  }));
}
