/**
 * All samples: the encoders' and the published ones.
 *
 * @module
 */
import { dlmsSamples } from "./dlms-samples.ts";
import { publishedSamples } from "./published-samples.ts";
import { createSample, type Sample } from "./sample.ts";
import { wmbusSamples } from "./wmbus-samples.ts";

/** Makes every sample; a splice of two may say what any sample under the same key says. */
export function allSamples(): readonly Sample[] {
  const samples = [...wmbusSamples(), ...dlmsSamples(), ...publishedSamples()].map(createSample);
  const bySameKey = new Map<string, Set<string>>();
  return samples.map((sample) => {
    const key = Buffer.from(sample.meter.key).toString("hex");
    const said = bySameKey.get(key) ?? new Set();
    bySameKey.set(key, said);
    for (const text of sample.said) {
      said.add(text);
    }
    return { ...sample, said };
  });
}
