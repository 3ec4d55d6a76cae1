/**
 * What is wanted of a frame after it was opened: small, so that the frame itself, its readings and
 * all their views can be let go while the batch waits for the keystore and the log.
 *
 * @module
 */
import type { Tracing } from "./batch.ts";
import type { FrameRequest } from "./request.ts";
import { FrameError, type SealedFrame } from "./sealed-frame.ts";

export interface Trace {
  readonly protocol: SealedFrame["protocol"];
  readonly counter: number | null;
  readonly counterOf: NonNullable<SealedFrame["counterOf"]>;
  /** As received; null unless it was asked for. */
  readonly frame: Uint8Array | null;
  /** Parallel to the readings of the frame: which of them was right is known only later. */
  readonly readings: readonly Reading[];
}

export interface Reading {
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
  const [{ protocol, counter, counterOf = "key" }] = candidates as readonly [SealedFrame];
  return {
    protocol,
    counter,
    counterOf,
    frame: keepsFrames && !(frame instanceof FrameError) ? frame : null,
    readings: candidates.map((sealed) => ({
      digest: digests.whole(sealed),
      proof: digests.proof(sealed),
      clear: sealed.clear,
    })),
  };
}
