/**
 * How a collection ends before its time: which page belongs to which state or failure.
 *
 * @module
 */
import { ExchangeRefusal } from "../../../handover/protocol/collect-client.ts";
import { HandoverError, type HandoverErrorCode } from "../../../handover/protocol/errors.ts";
import type { ClosedReason } from "../contract.ts";

const BY_CODE: Partial<Readonly<Record<HandoverErrorCode, ClosedReason>>> = {
  LINK_UNKNOWN: "unknown",
  LINK_COLLECTED: "collected",
  LINK_CONFIRMED: "confirmed",
  LINK_EXPIRED: "expired",
  LINK_LAPSED: "lapsed",
  LINK_LOCKED: "locked",
  LINK_REVOKED: "revoked",
};

/** A map: the state is the exchange's word, and an object knows `constructor` too. */
const BY_STATE: ReadonlyMap<string, ClosedReason> = new Map([
  ["confirmed", "confirmed"],
  ["expired", "expired"],
  ["revoked", "revoked"],
  ["locked", "locked"],
  ["lapsed", "lapsed"],
]);

/** The page of a link's state; null while it can be collected. */
export function closedByState(state: string): ClosedReason | null {
  return BY_STATE.get(state) ?? null;
}

/** The page of a failure, and when somebody else collected, if that is why. */
export function closedByError(error: unknown): {
  readonly reason: ClosedReason;
  readonly claimedAt: string | null;
} {
  if (!(error instanceof HandoverError)) {
    // What is left are IndexedDB and its quota.
    return { reason: error instanceof DOMException ? "storage" : "damaged", claimedAt: null };
  }
  const claimedAt = error instanceof ExchangeRefusal ? error.detail.claimedAt : null;
  return { reason: BY_CODE[error.code] ?? "damaged", claimedAt };
}

/** After these there is nothing that kept keys could be good for. */
export function isFinal(reason: ClosedReason): boolean {
  return ["confirmed", "expired", "revoked", "locked", "lapsed"].includes(reason);
}
