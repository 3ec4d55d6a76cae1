/**
 * The collection of one link, in the worker: what is shown at each step, and what comes next.
 *
 * Fragment, PIN, keys and package live in the closures of this file and nowhere else; whoever
 * ends the worker wipes them.
 *
 * @module
 */
import type { FormatId, FormatOptions } from "../../../handover/formats/contract.ts";
import { collectionOf, peekLink, type Waiting } from "../../../handover/protocol/collection.ts";
import { linkShortId } from "../../../handover/protocol/derive.ts";
import { HandoverError } from "../../../handover/protocol/errors.ts";
import type { ParsedLink } from "../../../handover/protocol/link.ts";
import type { PackageHeader } from "../../../handover/protocol/manifest.ts";
import type { Offer, PinFault, Screen, Working } from "../contract.ts";
import { canKeepClaims, forgetClaim, keptClaim } from "./claims.ts";
import { closedByError, closedByState, isFinal } from "./closing.ts";
import type { KeyList } from "./key-list.ts";
import type { EngineOutput } from "./messages.ts";
import { type Opened, openWithPin } from "./opening.ts";
import { createPatience } from "./patience.ts";
import { createSession, type Session } from "./session.ts";

export interface Engine {
  openWith(pin: string): void;
  rows(...slice: Parameters<KeyList["rows"]>): ReturnType<KeyList["rows"]>;
  reveal(index: number): string | null;
  save(format: FormatId | "inner", options: FormatOptions): void;
  confirm(name: string): void;
  retry(): void;
}

/** What is open to be collected. */
interface Open {
  readonly offer: Offer;
  readonly headerBytes: Uint8Array;
  readonly returning: boolean;
}

/** One request, one answer: the pauses between them are {@link createPatience}'s. */
const ONCE = { attempts: 1, firstDelayMs: 0 };

/** Starts by looking at the link, which changes nothing. */
export function startEngine(link: ParsedLink, output: EngineOutput): Engine {
  const collection = collectionOf(link, ONCE);
  const id = linkShortId(collection.values.linkId);
  const patience = createPatience();
  let open: Open | null = null;
  let session: Session | null = null;
  let isOpening = false;

  const close = async (error: unknown, offer: Offer | null) => {
    const { reason, claimedAt } = closedByError(error);
    session = null;
    if (isFinal(reason)) {
      await forgetClaim(id).catch(() => {});
    }
    output.show({ at: "closed", reason, offer, claimedAt });
  };

  const look = async () => {
    output.show({ at: "loading" });
    const waiting = await patience.until(
      () => peekLink(collection),
      () => output.show({ at: "offline", offer: null }),
      // Before anything has been said, a strange answer is that of a hotel's login page.
      ["EXCHANGE_UNAVAILABLE", "EXCHANGE_ANSWER"],
    );
    const next = await whatNext(waiting, id);
    if ("at" in next) {
      output.show(next);
    } else {
      open = next;
      showPin(next, null, null);
    }
  };

  const showPin = (
    { offer, returning }: Open,
    fault: PinFault | null,
    working: Working | null,
    offline = false,
  ) => output.show({ at: "pin", offer, returning, fault, working, offline });

  const openWith = async (typed: string, present: Open) => {
    const opened = await openWithPin(typed, {
      collection,
      patience,
      link: id,
      shownHeader: present.headerBytes,
      returning: present.returning,
      onWorking: (working, offline) => showPin(present, null, working, offline),
    });
    if ("code" in opened) {
      showPin(present, opened, null);
    } else {
      startSession(opened, present.offer);
    }
  };

  const startSession = (opened: Opened, offer: Offer) => {
    open = null;
    session = createSession(opened, {
      collection,
      patience,
      link: id,
      offer,
      output,
      reach: () => reach(link.baseUrl),
      onClosed: (error) => void close(error, offer),
    });
  };

  look().catch((error: unknown) => close(error, null));
  return {
    openWith(typed) {
      const present = open;
      if (present === null || isOpening) {
        return;
      }
      isOpening = true;
      openWith(typed, present)
        .catch((error: unknown) => close(error, present.offer))
        .finally(() => {
          isOpening = false;
        });
    },
    rows: (...slice) => session?.keys.rows(...slice) ?? { total: 0, rows: [] },
    reveal: (index) => session?.keys.value(index) ?? null,
    save: (format, options) => session?.save(format, options),
    confirm: (name) => session?.confirm(name),
    retry: () => patience.hurry(),
  };
}

/** What can be done about a link: type the PIN, or read why not. */
async function whatNext(waiting: Waiting, link: string): Promise<Open | Screen> {
  const { state, header, headerBytes, claimedAt } = waiting;
  const offer = header === null ? null : offerOf(header, waiting);
  const reason = closedByState(state);
  if (reason !== null || offer === null || headerBytes === null) {
    await forgetClaim(link).catch(() => {});
    return { at: "closed", reason: reason ?? "damaged", offer, claimedAt };
  }
  const canKeep = await canKeepClaims();
  const returning = state === "claimed";
  if (returning && (!canKeep || (await keptClaim(link)) === null)) {
    return { at: "closed", reason: "collected", offer, claimedAt };
  }
  // Before anything is claimed: a claim that cannot be kept would be lost with this tab.
  return canKeep
    ? { offer, headerBytes, returning }
    : { at: "closed", reason: "storage", offer, claimedAt: null };
}

/** Asks for a small file of the page, which changes nothing. */
async function reach(baseUrl: string): Promise<void> {
  try {
    await fetch(`${baseUrl}/assets/brand.json`, { method: "HEAD", redirect: "error" });
  } catch (cause) {
    throw new HandoverError("EXCHANGE_UNAVAILABLE", "exchange: does not answer", { cause });
  }
}

function offerOf(header: PackageHeader, { opened, lastOpenedAt }: Waiting): Offer {
  const { sender, to, purpose, count, reference, createdAt, expiresAt, tier } = header;
  return {
    sender,
    to,
    purpose,
    count,
    reference,
    createdAt,
    expiresAt,
    tier,
    opened,
    lastOpenedAt,
  };
}
