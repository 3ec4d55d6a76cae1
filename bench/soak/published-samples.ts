/**
 * The published frames of `test/vectors/` as samples.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { type FrameContext, parseFrame } from "../../src/frames/parse.ts";
import type { SampleSource } from "./sample.ts";

interface Vector {
  readonly source: string;
  readonly key_hex: string;
  readonly ak_hex?: string;
  readonly system_title?: string;
  readonly challenge_hex?: string;
  readonly frame_hex: string;
  readonly must_fail: boolean | "recoverable";
}

/** Those that open; the others are among the mutants of these. */
export function publishedSamples(): SampleSource[] {
  return ["wmbus.json", "dlms.json"].flatMap((file) => {
    const url = new URL(`../../../test/vectors/${file}`, import.meta.url);
    const vectors = JSON.parse(readFileSync(url, "utf8")) as Vector[];
    return vectors.filter(({ must_fail }) => must_fail !== true).map(sampleOf);
  });
}

function sampleOf(vector: Vector): SampleSource {
  const frame = hex(vector.frame_hex);
  const challenge = vector.challenge_hex === undefined ? null : hex(vector.challenge_hex);
  const context: FrameContext = { challenge, initiate: null };
  const [sealed] = parseFrame(frame, context);
  // A meter whose authentication key is on file must authenticate.
  const hasTag = sealed!.tag.length > 0;
  return {
    name: vector.source,
    meter: {
      address: sealed!.address ?? { kind: "st", bytes: hex(vector.system_title ?? "") },
      profile: sealed!.mode,
      key: hex(vector.key_hex),
      authenticationKey: hasTag && vector.ak_hex !== undefined ? hex(vector.ak_hex) : null,
    },
    context,
    bodies: [frame],
    pack: (body) => body,
  };
}

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "hex"));
}
