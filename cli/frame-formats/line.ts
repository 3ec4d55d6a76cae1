/**
 * What a reader of one file format makes of a line, and the refusals that all of them share.
 *
 * Readers are pure and quote nothing: a line may hold more than a frame.
 *
 * @module
 */
import { bareHex } from "../../src/frames/hex.ts";
import { FrameError } from "../../src/frames/sealed-frame.ts";

/** The frame's bare hex, null for a line that is there for other reasons, or why it is unreadable. */
export type Reading = string | null | FrameError;

/** Reads the lines of one file in their order; lines are not blank and have no space around. */
export type LineReader = (line: string) => Reading;

/** Refuses a line. */
export function unreadable(detail: string): FrameError {
  return new FrameError("FRAME_FORMAT", `line: ${detail}`);
}

/** Reads text that is a frame in hex and nothing else. */
export function readHex(text: string): Exclude<Reading, null> {
  return bareHex(text) ?? unreadable("expected a frame in hex, two digits for each byte");
}
