/**
 * What a collector's message carries: a CBOR array of byte strings, each a frame as from the air.
 *
 * @module
 */
import { FrameError } from "../sealed-frame.ts";
import { CborReader } from "./cbor.ts";

/** A line of 8 KiB has room for more that are no frames; the answer would outgrow the question. */
export const MAX_INNER_FRAMES = 256;

/** Answers views into the plaintext. @throws {@link FrameError} */
export function innerFrames(plaintext: Uint8Array): readonly Uint8Array[] {
  const reader = new CborReader(plaintext);
  const count = reader.array();
  if (count > MAX_INNER_FRAMES) {
    const detail = `collector's message: expected at most ${MAX_INNER_FRAMES} frames`;
    throw new FrameError("FRAME_LENGTH", detail);
  }
  const frames = Array.from({ length: count }, () => reader.bytes());
  reader.end();
  return frames;
}
