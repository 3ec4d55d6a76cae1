/**
 * What is wanted of a frame after it was opened: small, so that the frame itself, its readings and
 * all their views can be let go while the batch waits for the keystore and the log.
 *
 * @module
 */
import type { FrameDigests } from "../freshness/digest.ts";
import type { FrameRequest } from "../request.ts";
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import { isUplink, sessionOf } from "./session.ts";

/** What is noted of a frame before it is opened. */
export interface Tracing {
  readonly digests: FrameDigests;
  /** Whether the frame itself is wanted afterwards. */
  readonly keepsFrames: boolean;
}

export interface Trace {
  readonly protocol: SealedFrame["protocol"];
  readonly counterOf: NonNullable<SealedFrame["counterOf"]>;
  /** As received; null unless it was asked for. */
  readonly frame: Uint8Array | null;
  /** LoRaWAN: the session whose counter it is; else null. */
  readonly session: Uint8Array | null;
  /** Parallel to the readings of the frame: which of them was right is known only later. */
  readonly readings: readonly Reading[];
}

export interface Reading {
  readonly counter: number | null;
  /** Tells the frame from others, whatever gateway delivered it. */
  readonly digest: number;
  /** What a lucky hit on a 16-bit check cannot be varied in. */
  readonly proof: number;
  /** Bytes that travelled in clear behind the encrypted part. */
  readonly clear: Uint8Array;
}

export function traceOf(
  { frame }: FrameRequest,
  candidates: readonly SealedFrame[],
  { digests, keepsFrames }: Tracing,
): Trace {
  const first = candidates[0]!;
  const { protocol, initiate } = first;
  return {
    protocol,
    // The tag does not cover the APDU's own tag: a frame that opened without an InitiateRequest
    // opened under the meter's key, whatever it calls itself, and GCM allows one counter per key.
    counterOf: initiate === undefined ? "key" : (first.counterOf ?? "key"),
    frame: keepsFrames && !(frame instanceof FrameError) ? frame : null,
    session: isUplink(first) ? sessionOf(first) : null,
    readings: candidates.map((sealed) => readingOf(sealed, digests)),
  };
}

function readingOf(sealed: SealedFrame, digests: Tracing["digests"]): Reading {
  return {
    counter: sealed.counter,
    digest: digests.whole(sealed),
    proof: digests.proof(sealed),
    clear: sealed.clear,
  };
}
