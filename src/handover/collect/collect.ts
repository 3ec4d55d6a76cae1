/**
 * Collects the keys of a link: the customer's own client, without core and token.
 *
 * Looks first and asks for the PIN after that; draws its keys before it claims, so that a lost
 * answer costs nothing; believes nothing of the package before every check has passed. The
 * caller writes the bundle out and confirms then, because confirming erases the package.
 *
 * @module
 */

import { type Bundle, bundleOf } from "../protocol/bundle.ts";
import { type ClaimKeys, generateClaimKeys } from "../protocol/claim-keys.ts";
import type { Send } from "../protocol/collect-body.ts";
import type { RetryPolicy } from "../protocol/collect-client.ts";
import {
  claimLink,
  collectionOf,
  confirmLink,
  openClaimed,
  peekLink,
  receiptOf,
  type Waiting,
} from "../protocol/collection.ts";
import { derivePin, linkShortId, type Scrypt } from "../protocol/derive.ts";
import { HandoverError, type HandoverErrorCode } from "../protocol/errors.ts";
import { parseLink } from "../protocol/link.ts";
import type { PackageContent, PackageHeader } from "../protocol/manifest.ts";
import { parsePin } from "../protocol/pin.ts";
import { nodeScrypt } from "./node-scrypt.ts";
import { exportResume, importResume, type ResumeState } from "./resume.ts";

export interface CollectOptions {
  readonly link: string;
  /** Asked once it is known what is waiting and from whom. */
  readonly pin: (waiting: PackageHeader) => Promise<string> | string;
  /** Fingerprint of the issuer as it stands beside the PIN; null = not pinned. */
  readonly issuer: string | null;
  readonly clock: () => Date;
  /** Another scrypt than the platform's. */
  readonly scrypt?: Scrypt;
  readonly retry?: RetryPolicy;
  /** Another transport than fetch, such as one with a client certificate. */
  readonly send?: Send;
  /** State of a collection that was broken off. */
  readonly resume?: unknown;
  /** Stores the state before anything is claimed; without it the keys cannot be exported. */
  readonly store?: (state: ResumeState) => Promise<void>;
}

export interface Collected {
  /** Null when the keys lie in an inner layer that only the recipient's own key opens. */
  readonly bundle: Bundle | null;
  readonly content: PackageContent;
  /** Fingerprint of the key that signed the package. */
  readonly issuer: string;
  readonly pinned: boolean;
  /** To finish by, on this device. */
  readonly windowEndsAt: string;
  /** Signs the receipt; the exchange erases the package. `name` is who confirms. */
  confirm(name: string): Promise<{ readonly confirmedAt: string }>;
}

const RETRY: RetryPolicy = { attempts: 6, firstDelayMs: 500 };

/** @throws {@link HandoverError} */
export async function collectLink(options: CollectOptions): Promise<Collected> {
  const collection = collectionOf(parseLink(options.link), options.retry ?? RETRY, options.send);
  const { values } = collection;
  const { header, headerBytes } = demandCollectable(
    await peekLink(collection),
    options.resume !== undefined,
  );
  const symbols = parsePin(await options.pin(header));
  const pin = await derivePin(symbols, values.pinSalt, options.scrypt ?? nodeScrypt);
  const keys = await claimKeys(options, linkShortId(values.linkId));
  const claimed = await claimLink(collection, pin, keys);
  const { opened, receiptProof } = await openClaimed(collection, claimed, {
    shownHeader: headerBytes,
    pin,
    keys,
    now: options.clock(),
    issuer: options.issuer,
  });
  const { content } = opened;
  return {
    bundle: content.inner === null ? bundleOf(opened, content.meters) : null,
    content,
    issuer: opened.issuerFingerprint,
    pinned: options.issuer !== null,
    windowEndsAt: claimed.windowEndsAt,
    async confirm(name) {
      const receipt = await receiptOf(opened, keys, name, options.clock());
      return await confirmLink(collection, receipt, receiptProof);
    },
  };
}

/** A map: the state is the exchange's word, and an object knows `constructor` too. */
const REFUSED: ReadonlyMap<string, HandoverErrorCode> = new Map([
  ["confirmed", "LINK_CONFIRMED"],
  ["expired", "LINK_EXPIRED"],
  ["revoked", "LINK_REVOKED"],
  ["locked", "LINK_LOCKED"],
  ["lapsed", "LINK_LAPSED"],
]);

function demandCollectable({ state, header, headerBytes }: Waiting, resuming: boolean) {
  const code = state === "claimed" && !resuming ? "LINK_COLLECTED" : REFUSED.get(state);
  if (code !== undefined) {
    throw new HandoverError(code, `link: cannot be collected any more, it is ${state}`);
  }
  if (header === null || headerBytes === null) {
    throw new HandoverError("EXCHANGE_ANSWER", "exchange: answered without header");
  }
  return { header, headerBytes };
}

async function claimKeys({ resume, store }: CollectOptions, link: string): Promise<ClaimKeys> {
  if (resume !== undefined) {
    return await importResume(link, resume);
  }
  const keys = await generateClaimKeys(store !== undefined);
  await store?.(await exportResume(link, keys));
  return keys;
}
