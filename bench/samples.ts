/**
 * Frames to measure with, made and parsed beforehand, and the reference's rate on them.
 *
 * @module
 */
import { parseFrame } from "../src/frames/parse.ts";
import type { SealedFrame } from "../src/frames/sealed-frame.ts";
import { keysOf, type Mode } from "./modes.ts";
import type { PlainKeys } from "./plain.ts";
import { timed } from "./rounds.ts";

export interface Sample {
  /** Place of its meter in the list that was given. */
  readonly place: number;
  readonly keys: PlainKeys;
  readonly bytes: Uint8Array;
  readonly readings: readonly SealedFrame[];
}

/** `count` frames of some meters in turn; `first` numbers the first, so that none is a duplicate. */
export function createSamples(
  mode: Mode,
  meters: readonly number[],
  count: number,
  first = 0,
): Sample[] {
  const keys = meters.map((meter) => keysOf(mode, meter));
  return Array.from({ length: count }, (_, i) => {
    const place = i % meters.length;
    const bytes = mode.encode(keys[place]!, meters[place]!, first + i);
    return { place, keys: keys[place]!, bytes, readings: parseFrame(bytes) };
  });
}

/** Meters `from` to before `to`. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** Frames per second that plain `node:crypto` opens on one core. */
export async function plainRate({ open, title }: Mode, samples: readonly Sample[]) {
  return await timed(samples.length, () => {
    let good = 0;
    for (const { keys, readings } of samples) {
      good += open(keys, readings[0]!) ? 1 : 0;
    }
    if (good !== samples.length) {
      throw new Error(`reference, ${title}: a frame did not open`);
    }
  });
}
