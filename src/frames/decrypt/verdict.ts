/**
 * A frame on its way through a batch: read, then judged.
 *
 * @module
 */
import type { DecryptOutcome } from "../../../keystore/index.ts";
import type { KnownMeter } from "../../meters/directory.ts";
import type { FrameRequest, Ref } from "../request.ts";
import type { FrameError, SealedFrame } from "../sealed-frame.ts";
import type { Received } from "./received.ts";
import type { Trace } from "./trace.ts";

/** A request and the readings of its frame. */
export interface Parsed {
  readonly request: FrameRequest;
  readonly candidates: readonly SealedFrame[];
  readonly refusal: FrameError | null;
}

/** What came of one frame: refused before any key was used, or given to a meter's key. */
export type Verdict =
  | { readonly ref: Ref; readonly meter: null; readonly outcome: FrameError }
  | {
      readonly ref: Ref;
      readonly meter: KnownMeter;
      readonly trace: Trace;
      readonly outcome: DecryptOutcome;
    };

export interface OpenedBatch {
  /** In request order. */
  readonly verdicts: readonly Verdict[];
  /** By customer id. */
  readonly received: ReadonlyMap<string, Received>;
  /** The requests, if a collector's message is among them; else they are let go. */
  readonly messages: readonly FrameRequest[] | null;
}
