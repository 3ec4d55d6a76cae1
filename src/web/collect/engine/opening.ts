/**
 * From a typed PIN to an opened package.
 *
 * A mistyped PIN is noticed before anything is sent; the claimer's keys are stored before the
 * claim, so that a lost answer is fetched again.
 *
 * @module
 */
import { scryptAsync } from "@noble/hashes/scrypt.js";
import type { ClaimKeys } from "../../../handover/protocol/claim-keys.ts";
import { ExchangeRefusal } from "../../../handover/protocol/collect-client.ts";
import {
  type Collection,
  claimLink,
  type OpenedLink,
  openClaimed,
} from "../../../handover/protocol/collection.ts";
import { derivePin, SCRYPT } from "../../../handover/protocol/derive.ts";
import { HandoverError } from "../../../handover/protocol/errors.ts";
import { parsePin } from "../../../handover/protocol/pin.ts";
import type { PinFault, Working } from "../contract.ts";
import { keepClaim, noteClaimed } from "./claims.ts";
import type { Patience } from "./patience.ts";

export interface OpeningOptions {
  readonly collection: Collection;
  readonly patience: Patience;
  /** Short id of the link. */
  readonly link: string;
  readonly shownHeader: Uint8Array;
  /** Whether it had been claimed by this browser when the page looked. */
  readonly returning: boolean;
  onWorking(working: Working, offline: boolean): void;
}

/** An opened package, and what a receipt for it needs. */
export interface Opened extends OpenedLink {
  readonly keys: ClaimKeys;
  readonly windowEndsAt: string;
}

/**
 * Claims and opens; answers a fault when another PIN may be typed.
 *
 * @throws {@link HandoverError} when it is over
 */
export async function openWithPin(
  typed: string,
  options: OpeningOptions,
): Promise<Opened | PinFault> {
  const { collection, patience, link, shownHeader, onWorking } = options;
  let returning = options.returning;
  try {
    const symbols = parsePin(typed);
    const stretch = throttled((part) => onWorking({ step: "stretching", part }, false));
    const pin = await derivePin(symbols, collection.values.pinSalt, (password, salt) =>
      scryptAsync(password, salt, { ...SCRYPT, onProgress: stretch }),
    );
    const kept = await keepClaim(link);
    // Another tab may have claimed meanwhile; its claim is ours, and asks for no PIN.
    returning ||= kept.claimed;
    const { keys } = kept;
    const claiming = (offline: boolean) => onWorking({ step: "claiming", part: null }, offline);
    claiming(false);
    const onPart = throttled((part) => onWorking({ step: "claiming", part }, false));
    const answer = await patience.until(
      () => claimLink(collection, pin, keys, onPart),
      () => claiming(true),
    );
    // A note for other tabs: this one has what it came for.
    await noteClaimed(kept).catch(() => {});
    onWorking({ step: "opening", part: null }, false);
    const now = new Date();
    const opening = { shownHeader, pin, keys, now, issuer: null };
    const opened = await openClaimed(collection, answer, opening);
    return { ...opened, keys, windowEndsAt: answer.windowEndsAt };
  } catch (error) {
    const fault = faultOf(error, returning);
    if (fault === null) {
      throw error;
    }
    return fault;
  }
}

/** Null when no other PIN helps. */
function faultOf(error: unknown, returning: boolean): PinFault | null {
  if (!(error instanceof HandoverError)) {
    return null;
  }
  if (error.code === "PIN_FORMAT") {
    return { code: "PIN_FORMAT" };
  }
  if (error.code === "PIN_WRONG" && error instanceof ExchangeRefusal) {
    return { code: "PIN_WRONG", left: error.detail.left ?? 0 };
  }
  // Whoever comes back is not asked for the PIN by the exchange: the package itself tells.
  if (error.code === "PACKAGE_INTEGRITY" && returning) {
    return { code: "PIN_MISMATCH" };
  }
  return null;
}

const REPORT_EVERY_MS = 100;

/** Passes on what comes after a while, and the end. */
function throttled(report: (part: number) => void): (part: number) => void {
  let last = 0;
  return (part) => {
    const now = Date.now();
    if (part === 1 || now - last >= REPORT_EVERY_MS) {
      last = now;
      report(part);
    }
  };
}
