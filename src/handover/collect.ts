/**
 * Collects the keys of a link: the customer's own client, without core and token.
 *
 * Looks first and asks for the PIN after that; draws its keys before it claims, so that a lost
 * answer costs nothing; believes nothing of the package before every check has passed. The
 * caller writes the bundle out and confirms then, because confirming erases the package.
 *
 * @module
 */
import { type Fields, post, type RetryPolicy, type Send } from "./collect-client.ts";
import { exportResume, importResume, type ResumeState } from "./collect-resume.ts";
import { nodeScrypt } from "./node-scrypt.ts";
import { fromBase64url, toBase64url } from "./protocol/base64url.ts";
import { type Bundle, bundleOf } from "./protocol/bundle.ts";
import { type ClaimKeys, generateClaimKeys } from "./protocol/claim-keys.ts";
import {
  deriveLink,
  derivePackageKeys,
  derivePin,
  type LinkValues,
  linkContext,
  linkShortId,
  type PinValues,
  type Scrypt,
} from "./protocol/derive.ts";
import { HandoverError, type HandoverErrorCode } from "./protocol/errors.ts";
import { type ParsedLink, parseLink } from "./protocol/link.ts";
import { type PackageContent, type PackageHeader, parseHeader } from "./protocol/manifest.ts";
import { decryptPackage, type OpenedPackage, verifyPackage } from "./protocol/package.ts";
import { parsePin } from "./protocol/pin.ts";
import { encodeReceipt, signReceipt } from "./protocol/receipt.ts";
import { openShare } from "./protocol/share.ts";

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

/** A receipt has at most 2 048 bytes. */
const MAX_NAME = 200;
const RETRY: RetryPolicy = { attempts: 6, firstDelayMs: 500 };

/** @throws {@link HandoverError} */
export async function collectLink(options: CollectOptions): Promise<Collected> {
  const parsed = parseLink(options.link);
  const values = deriveLink(parsed.fragment);
  const retry = options.retry ?? RETRY;
  const proof = { linkId: toBase64url(values.linkId), authKey: toBase64url(values.authKey) };
  const call = (route: string, fields: Fields) =>
    post(`${parsed.baseUrl}/x/${route}`, { ...proof, ...fields }, retry, options.send);

  const peeked = await call("peek", {});
  demandCollectable(peeked["state"], options.resume !== undefined);
  const header = bytesOf(peeked, "header");
  const symbols = parsePin(await options.pin(parseHeader(header)));
  const pin = await derivePin(symbols, values.pinSalt, options.scrypt ?? nodeScrypt);
  const keys = await claimKeys(options, values);
  const claimed = await call("claim", {
    pinProof: toBase64url(pin.pinProof),
    pk: toBase64url(keys.pk),
    sigPk: toBase64url(keys.sigPk),
  });
  const { opened, receiptProof } = await open(claimed, header, {
    options,
    parsed,
    values,
    pin,
    keys,
  });
  const { content } = opened;
  return {
    bundle: content.inner === null ? bundleOf(opened, content.meters) : null,
    content,
    issuer: opened.issuerFingerprint,
    pinned: options.issuer !== null,
    windowEndsAt: String(claimed["windowEndsAt"]),
    async confirm(name) {
      const at = options.clock().toISOString();
      const { packageHash, kcvHash, manifest } = opened;
      const { reference } = manifest;
      const by = name.trim().slice(0, MAX_NAME);
      const receipt = encodeReceipt({ reference, packageHash, kcvHash, at, name: by });
      const answer = await call("confirm", {
        receipt: toBase64url(receipt),
        sig: toBase64url(await signReceipt(keys.signPrivate, receipt)),
        receiptProof: toBase64url(receiptProof),
      });
      return { confirmedAt: String(answer["confirmedAt"]) };
    },
  };
}

const REFUSED: Readonly<Record<string, HandoverErrorCode>> = {
  confirmed: "LINK_CONFIRMED",
  expired: "LINK_EXPIRED",
  revoked: "LINK_REVOKED",
  locked: "LINK_LOCKED",
  lapsed: "LINK_LAPSED",
};

function demandCollectable(state: unknown, resuming: boolean): void {
  const code = state === "claimed" && !resuming ? "LINK_COLLECTED" : REFUSED[String(state)];
  if (code !== undefined) {
    throw new HandoverError(code, `link: cannot be collected any more, it is ${String(state)}`);
  }
}

async function claimKeys(
  { resume, store }: CollectOptions,
  { linkId }: LinkValues,
): Promise<ClaimKeys> {
  const link = linkShortId(linkId);
  if (resume !== undefined) {
    return await importResume(link, resume);
  }
  const keys = await generateClaimKeys(store !== undefined);
  await store?.(await exportResume(link, keys));
  return keys;
}

interface Opening {
  readonly options: CollectOptions;
  readonly parsed: ParsedLink;
  readonly values: LinkValues;
  readonly pin: PinValues;
  readonly keys: ClaimKeys;
}

async function open(
  claimed: Fields,
  shownHeader: Uint8Array,
  { options, parsed, values: { linkId }, pin, keys }: Opening,
): Promise<{ opened: OpenedPackage; receiptProof: Uint8Array }> {
  const header = bytesOf(claimed, "header");
  if (toBase64url(header) !== toBase64url(shownHeader)) {
    throw new HandoverError("PACKAGE_MISMATCH", "package: not the one that was shown");
  }
  const sealed = bytesOf(claimed, "sealed");
  const share = await openShare(keys, sealed, { linkId, header, sigPk: keys.sigPk });
  const { dek, receiptProof } = derivePackageKeys(linkId, parsed.fragment, share, pin.pinKey);
  const ciphertext = bytesOf(claimed, "C");
  const plaintext = await decryptPackage(dek, linkContext(linkId, header), ciphertext);
  const expected = { linkId, header, now: options.clock(), issuer: options.issuer };
  return { opened: verifyPackage(plaintext, expected), receiptProof };
}

function bytesOf(fields: Fields, name: string): Uint8Array {
  const value = fields[name];
  const bytes = typeof value === "string" ? fromBase64url(value) : null;
  if (bytes === null) {
    throw new HandoverError("EXCHANGE_ANSWER", `exchange: answered without ${name}`);
  }
  return bytes;
}
