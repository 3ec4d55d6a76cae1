/**
 * Collecting a link, step by step, the same on the page and on the command line: look, claim,
 * open, sign the receipt, confirm.
 *
 * Nothing of a package is believed before every check has passed. The caller asks for the PIN,
 * keeps the claimer's keys and decides when to confirm.
 *
 * @module
 */
import { fromBase64url, toBase64url } from "./base64url.ts";
import type { ClaimKeys } from "./claim-keys.ts";
import { readBody, type Send } from "./collect-body.ts";
import { type Fields, post, type RetryPolicy } from "./collect-client.ts";
import {
  deriveLink,
  derivePackageKeys,
  type LinkValues,
  linkContext,
  type PinValues,
} from "./derive.ts";
import { HandoverError } from "./errors.ts";
import type { ParsedLink } from "./link.ts";
import { type PackageHeader, parseHeader } from "./manifest.ts";
import { decryptPackage, type OpenedPackage, verifyPackage } from "./package.ts";
import { encodeReceipt, signReceipt } from "./receipt.ts";
import { openShare } from "./share.ts";
import { isoTime } from "./times.ts";

/** A link, and the way to its exchange. */
export interface Collection {
  readonly fragment: Uint8Array;
  readonly values: LinkValues;
  call(route: string, fields: Fields, onPart?: (part: number) => void): Promise<Fields>;
}

/** What is waiting behind a link, and the link's life so far. */
export interface Waiting {
  readonly state: string;
  /** Exact bytes as the sender pushed them; null once the sender has revoked the link. */
  readonly headerBytes: Uint8Array | null;
  readonly header: PackageHeader | null;
  /** How often somebody looked before this time. */
  readonly opened: number;
  readonly lastOpenedAt: string | null;
  readonly claimedAt: string | null;
}

/** The answer to a claim; nothing of it is checked yet. */
export interface ClaimAnswer {
  readonly header: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly sealed: Uint8Array;
  readonly windowEndsAt: string;
}

export interface OpenWith {
  /** As it was shown before the PIN was typed. */
  readonly shownHeader: Uint8Array;
  readonly pin: PinValues;
  readonly keys: ClaimKeys;
  readonly now: Date;
  /** Fingerprint of the issuer as it stands beside the PIN; null = not pinned. */
  readonly issuer: string | null;
}

export interface OpenedLink {
  readonly opened: OpenedPackage;
  readonly receiptProof: Uint8Array;
}

export interface SignedReceipt {
  /** Exact bytes, as signed. */
  readonly receipt: Uint8Array;
  readonly sig: Uint8Array;
  readonly at: string;
  readonly name: string;
}

/** A receipt has at most 2 048 bytes. */
const MAX_NAME = 200;

/** Starts from a link; sends nothing yet. */
export function collectionOf(
  { baseUrl, fragment }: ParsedLink,
  retry: RetryPolicy,
  send: Send = readBody,
): Collection {
  const values = deriveLink(fragment);
  const proof = { linkId: toBase64url(values.linkId), authKey: toBase64url(values.authKey) };
  return {
    fragment,
    values,
    call: (route, fields, onPart) =>
      post(`${baseUrl}/x/${route}`, { ...proof, ...fields }, retry, send, onPart),
  };
}

/**
 * Looks at a link; changes nothing.
 *
 * @throws {@link HandoverError}
 */
export async function peekLink(collection: Collection): Promise<Waiting> {
  const peeked = await collection.call("peek", {});
  const headerBytes = peeked["header"] === null ? null : bytesOf(peeked, "header");
  return {
    state: textOf(peeked, "state"),
    headerBytes,
    header: headerBytes === null ? null : parseHeader(headerBytes),
    opened: Number.isSafeInteger(peeked["opened"]) ? Number(peeked["opened"]) : 0,
    lastOpenedAt: isoTime(peeked["lastOpenedAt"]),
    claimedAt: isoTime(peeked["claimedAt"]),
  };
}

/**
 * Claims a link for the holder of `keys`; again and again, if need be.
 *
 * @throws {@link HandoverError}
 */
export async function claimLink(
  collection: Collection,
  { pinProof }: PinValues,
  { pk, sigPk }: ClaimKeys,
  onPart?: (part: number) => void,
): Promise<ClaimAnswer> {
  const fields = {
    pinProof: toBase64url(pinProof),
    pk: toBase64url(pk),
    sigPk: toBase64url(sigPk),
  };
  const claimed = await collection.call("claim", fields, onPart);
  return {
    header: bytesOf(claimed, "header"),
    ciphertext: bytesOf(claimed, "C"),
    sealed: bytesOf(claimed, "sealed"),
    windowEndsAt: timeOf(claimed, "windowEndsAt"),
  };
}

/**
 * Opens what was claimed and checks all of it.
 *
 * @throws {@link HandoverError} `PACKAGE_INTEGRITY` also when a claimer that came back typed
 *   another PIN than the first time
 */
export async function openClaimed(
  { fragment, values: { linkId } }: Collection,
  { header, ciphertext, sealed }: ClaimAnswer,
  { shownHeader, pin, keys, now, issuer }: OpenWith,
): Promise<OpenedLink> {
  if (toBase64url(header) !== toBase64url(shownHeader)) {
    throw new HandoverError("PACKAGE_MISMATCH", "package: not the one that was shown");
  }
  const share = await openShare(keys, sealed, { linkId, header, sigPk: keys.sigPk });
  const { dek, receiptProof } = derivePackageKeys(linkId, fragment, share, pin.pinKey);
  const plaintext = await decryptPackage(dek, linkContext(linkId, header), ciphertext);
  return { opened: verifyPackage(plaintext, { linkId, header, now, issuer }), receiptProof };
}

/** Writes and signs the receipt of an opened package. */
export async function receiptOf(
  { manifest: { reference }, packageHash, kcvHash }: OpenedPackage,
  { signPrivate }: ClaimKeys,
  typedName: string,
  now: Date,
): Promise<SignedReceipt> {
  const at = now.toISOString();
  const name = typedName.trim().slice(0, MAX_NAME);
  const receipt = encodeReceipt({ reference, packageHash, kcvHash, at, name });
  return { receipt, sig: await signReceipt(signPrivate, receipt), at, name };
}

/**
 * Hands the receipt in; the exchange erases the package. The same receipt may go twice.
 *
 * @throws {@link HandoverError}
 */
export async function confirmLink(
  collection: Collection,
  { receipt, sig }: SignedReceipt,
  receiptProof: Uint8Array,
): Promise<{ readonly confirmedAt: string }> {
  const answer = await collection.call("confirm", {
    receipt: toBase64url(receipt),
    sig: toBase64url(sig),
    receiptProof: toBase64url(receiptProof),
  });
  return { confirmedAt: timeOf(answer, "confirmedAt") };
}

function bytesOf(fields: Fields, name: string): Uint8Array {
  const value = fields[name];
  const bytes = typeof value === "string" ? fromBase64url(value) : null;
  if (bytes === null) {
    throw new HandoverError("EXCHANGE_ANSWER", `exchange: answered without ${name}`);
  }
  return bytes;
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string") {
    throw new HandoverError("EXCHANGE_ANSWER", `exchange: answered without ${name}`);
  }
  return value;
}

function timeOf(fields: Fields, name: string): string {
  const at = isoTime(fields[name]);
  if (at === null) {
    throw new HandoverError("EXCHANGE_ANSWER", `exchange: answered without ${name}`);
  }
  return at;
}
