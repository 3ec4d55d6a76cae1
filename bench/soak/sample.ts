/**
 * A frame whose meter and keys are known, to be changed and tried.
 *
 * It may be changed before it is packed, so that checksums and lengths fit and the change gets past
 * the outer layers, or after.
 *
 * @module
 */
import { type FrameContext, parseFrame } from "../../src/frames/parse.ts";
import { applyEdits, type Edit } from "./edits.ts";
import { openReadings, type SampleMeter } from "./opening.ts";

/** What an encoder or a publication gives. */
export interface SampleSource {
  readonly name: string;
  readonly meter: SampleMeter;
  /** What stands beside the frame in the request. */
  readonly context: FrameContext;
  /** The inner bytes: messages of one meter under one key. */
  readonly bodies: readonly Uint8Array[];
  /** Puts what carries them around the inner bytes. */
  readonly pack: (body: Uint8Array) => Uint8Array;
}

export interface Sample extends SampleSource {
  /** What the frames say, as {@link openReadings} answers it: nothing else may come out. */
  readonly said: ReadonlySet<string>;
  /** Whether a tag or MAC of at least 64 bits proves that. */
  readonly isProven: boolean;
}

/** What stands beside a frame that needs nothing. */
export const NO_CONTEXT: FrameContext = { challenge: null, initiate: null };
/** Link layer, wired frame and HDLC take no more. */
const MOST_BODY = 220;

/** Opens the frames of a source. @throws Error when one does not: then the sample is no good. */
export function createSample(source: SampleSource): Sample {
  const opened = source.bodies.map((body) => {
    const readings = parseFrame(source.pack(body), source.context);
    const outcome = openReadings(source.meter, readings);
    if (!outcome.ok) {
      throw new Error(`${source.name}: expected a frame that opens, got ${outcome.code}`);
    }
    return outcome;
  });
  return {
    ...source,
    said: new Set(opened.map(({ said }) => said)),
    isProven: opened.every(({ isProven }) => isProven),
  };
}

/** Changes a message of `sample` inside and outside. */
export function mutant(
  { bodies, pack }: Sample,
  other: Sample,
  [which, inside, outside]: readonly [number, readonly Edit[], readonly Edit[]],
): Uint8Array {
  const body = bodies[which % bodies.length]!;
  const foreign = other.bodies[which % other.bodies.length]!;
  const edited = applyEdits(body, inside, foreign);
  const most = Math.max(MOST_BODY, body.length);
  return applyEdits(pack(edited.subarray(0, most)), outside, other.pack(foreign));
}
