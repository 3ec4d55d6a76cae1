/**
 * Which events may follow which state of a link at the exchange.
 *
 * Anything else is refused: an exchange cannot make the core believe in a life that no link can
 * have.
 *
 * @module
 */
import type { LinkState } from "../context.ts";
import type { RemoteEvent, RemoteLinkEvent } from "./remote-event.ts";

type From = LinkState | "none";

interface Rule {
  readonly from: readonly From[];
  /** Null: the event tells of no move. */
  readonly to: LinkState | null;
}

const AFTER_STORED = ["open", "claimed", "confirmed", "expired", "locked", "lapsed"] as const;

const RULES: Readonly<Record<RemoteLinkEvent["type"], Rule>> = {
  "link.stored": { from: ["none"], to: "open" },
  "link.opened": { from: [...AFTER_STORED, "revoked"], to: null },
  "pin.failed": { from: ["open"], to: null },
  "link.locked": { from: ["open"], to: "locked" },
  "link.claimed": { from: ["open"], to: "claimed" },
  "link.claim_replayed": { from: ["claimed"], to: null },
  "link.claim_conflict": { from: ["claimed", "confirmed"], to: null },
  "link.confirmed": { from: ["claimed"], to: "confirmed" },
  "link.lapsed": { from: ["claimed"], to: "lapsed" },
  "link.expired": { from: ["open"], to: "expired" },
  "link.revoked": { from: ["none", "open", "claimed"], to: "revoked" },
};

/** Tells whether an event names a link. */
export function isLinkEvent(event: RemoteEvent): event is RemoteLinkEvent {
  return event.link !== null;
}

/** The rule that applies, or null when the event cannot follow `remote`. */
export function legalMove(
  { type }: RemoteLinkEvent,
  remote: LinkState | null,
): { readonly to: LinkState | null } | null {
  const rule = RULES[type];
  return rule.from.includes(remote ?? "none") ? rule : null;
}
