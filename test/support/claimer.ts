/**
 * A customer's client for tests, step by step: what it sends, what it opens, what it signs.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { SealedPackage } from "../../keystore/index.ts";
import { nodeScrypt } from "../../src/handover/collect/node-scrypt.ts";
import { toBase64url } from "../../src/handover/protocol/base64url.ts";
import { type ClaimKeys, generateClaimKeys } from "../../src/handover/protocol/claim-keys.ts";
import {
  deriveLink,
  derivePackageKeys,
  derivePin,
  linkContext,
} from "../../src/handover/protocol/derive.ts";
import { decryptPackage } from "../../src/handover/protocol/package.ts";
import { parsePin } from "../../src/handover/protocol/pin.ts";
import { encodeReceipt, signReceipt } from "../../src/handover/protocol/receipt.ts";
import { openShare } from "../../src/handover/protocol/share.ts";
import { openLink, type TestExchange } from "./exchange.ts";

/** The claims of one client for one link. */
export interface TestClaimer {
  readonly keys: ClaimKeys;
  /** linkId and authKey. */
  readonly proof: LinkProof;
  readonly claim: Claim;
}

export interface LinkProof {
  readonly linkId: string;
  readonly authKey: string;
}

export interface Claim extends LinkProof {
  readonly pinProof: string;
  readonly pk: string;
  readonly sigPk: string;
}

/** Everything a client sends to claim; `pin` other than the right one guesses. */
export async function claimer(sealed: SealedPackage, pin = sealed.pin): Promise<TestClaimer> {
  const fragment = Buffer.from(sealed.fragment, "base64url");
  const { linkId, authKey, pinSalt } = deriveLink(fragment);
  const { pinProof } = await derivePin(parsePin(pin), pinSalt, nodeScrypt);
  const keys = await generateClaimKeys(true);
  const proof = { linkId: toBase64url(linkId), authKey: toBase64url(authKey) };
  const claim = {
    ...proof,
    pinProof: toBase64url(pinProof),
    pk: toBase64url(keys.pk),
    sigPk: toBase64url(keys.sigPk),
  };
  return { keys, proof, claim };
}

/** The same claimer with a wrong PIN proof. */
export function guessing({ claim }: TestClaimer): Claim {
  return { ...claim, pinProof: randomBytes(32).toString("base64url") };
}

/** Reads base64url. */
export const text = (value: string) => Buffer.from(value, "base64url");

interface ClaimAnswer {
  readonly header: string;
  readonly C: string;
  readonly sealed: string;
}

/** Opens a claim's answer as the page would. */
export async function open(sealed: SealedPackage, who: TestClaimer, body: ClaimAnswer) {
  const linkId = sealed.linkId;
  const header = text(body.header);
  const share = await openShare(who.keys, text(body.sealed), {
    linkId,
    header,
    sigPk: who.keys.sigPk,
  });
  const fragment = text(sealed.fragment);
  const { pinSalt } = deriveLink(fragment);
  const { pinKey } = await derivePin(parsePin(sealed.pin), pinSalt, nodeScrypt);
  const { dek, receiptProof } = derivePackageKeys(linkId, fragment, share, pinKey);
  const context = linkContext(linkId, header);
  return {
    plaintext: await decryptPackage(dek, context, text(body.C)),
    receiptProof,
  };
}

/** A confirmation by `who`. */
export async function receiptFor(sealed: SealedPackage, who: TestClaimer, proof: Uint8Array) {
  const { packageHash, kcvHash } = sealed;
  const at = new Date().toISOString();
  const receipt = encodeReceipt({
    reference: "REF-7K3Q-9D",
    packageHash,
    kcvHash,
    at,
    name: "Ida",
  });
  return {
    ...who.proof,
    receipt: toBase64url(receipt),
    sig: toBase64url(await signReceipt(who.keys.signPrivate, receipt)),
    receiptProof: toBase64url(proof),
  };
}

/** A link, claimed by one client. */
export async function claimed(x: TestExchange) {
  const sealed = await openLink(x);
  const who = await claimer(sealed);
  const reply = await x.post("/x/claim", who.claim);
  const { receiptProof } = await open(sealed, who, reply.body);
  return { sealed, who, reply, receiptProof };
}
