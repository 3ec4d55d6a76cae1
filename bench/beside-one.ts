/**
 * Holds a core with many meters against a core with one, frame for frame and in turn: the machine
 * may change its mind between two sizes, not between two rounds.
 *
 * @module
 */
import { type BenchCore, openBenchCore } from "./core.ts";
import type { Figure } from "./measurement.ts";
import { MODE_5 } from "./modes.ts";
import { alternate, median, medianRatio, timed } from "./rounds.ts";
import { requestLines } from "./rows.ts";
import { createSamples, plainRate, type Sample } from "./samples.ts";

export interface Compared {
  readonly perSecond: number;
  readonly ratio: number;
  /** What a frame costs, in times of what it costs with one meter. */
  readonly cost: number;
}

export interface BesideOne extends AsyncDisposable {
  /** Compares `core`; `next` says which meters are heard in a round, each as often. */
  compare(
    core: BenchCore,
    frames: number,
    rounds: number,
    next: () => readonly number[],
  ): Promise<Compared>;
  /** The core of one meter, over all rounds so far. */
  figure(): Figure;
}

/** Opens the core of one meter. */
export async function openBesideOne(step: () => void): Promise<BesideOne> {
  const one = await openBenchCore();
  await one.enrol([0], () => true);
  const all = { plain: [] as number[], one: [] as number[] };
  let first = 0;
  return {
    async compare(core, frames, rounds, next) {
      let samples: Sample[] = [];
      const rates = await alternate(
        {
          plain() {
            first += frames;
            samples = createSamples(MODE_5, next(), frames, first);
            return plainRate(MODE_5, samples);
          },
          one: () => decryptRate(one, createSamples(MODE_5, [0], frames, first)),
          core: () => decryptRate(core, samples),
        },
        rounds,
        step,
      );
      all.plain.push(...rates.plain);
      all.one.push(...rates.one);
      return {
        perSecond: median(rates.core),
        ratio: medianRatio(rates.core, rates.plain),
        cost: medianRatio(rates.one, rates.core),
      };
    },
    figure: () => ({
      operation: "1 meter",
      perSecond: median(all.one),
      ratio: medianRatio(all.one, all.plain),
      reach: null,
    }),
    [Symbol.asyncDispose]: () => one[Symbol.asyncDispose](),
  };
}

async function decryptRate(core: BenchCore, samples: readonly Sample[]): Promise<number> {
  const lines = requestLines(samples);
  return await timed(lines.length, () => core.decrypt(lines));
}
