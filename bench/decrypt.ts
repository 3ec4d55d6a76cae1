/**
 * `decrypt`: the keystore alone on one thread, mode by mode, against plain `node:crypto`.
 *
 * @module
 */
import { frameOf, type OpenBatch, openKeystoreAlone, suiteOpener } from "./keystore-alone.ts";
import { countOf, type Figure, type Measurement, reach, type Settings } from "./measurement.ts";
import {
  ELL,
  GCM_SUITE_0,
  GCM_SUITE_2,
  keysOf,
  MODE_5,
  MODE_7,
  MODE_10,
  type Mode,
} from "./modes.ts";
import { alternate, median, medianRatio, timed } from "./rounds.ts";
import { createSamples, plainRate, range } from "./samples.ts";

const FULL = { meters: 1000, frames: 20_000, batch: 4000, rounds: 15 };
const QUICK = { meters: 10, frames: 40, batch: 20, rounds: 1 };

/** Modes, and how often as fast as the reference they are to be. */
const MODES: readonly (readonly [Mode, number | null])[] = [
  [MODE_5, 1.5],
  [MODE_7, 2],
  [ELL, 1.5],
  [GCM_SUITE_0, 1],
  [MODE_10, null],
  [GCM_SUITE_2, null],
];

export async function measureDecrypt(settings: Settings): Promise<Measurement> {
  const { meters } = settings.isQuick ? QUICK : FULL;
  const figures: Figure[] = [];
  for (const [mode, least] of MODES) {
    figures.push(...(await measureMode(mode, least, settings)));
  }
  return {
    name: "decrypt",
    reference: "the same cryptography in plain node:crypto, a fresh cipher object per frame",
    figures,
    notes: [
      `one thread; keys of ${countOf(meters)}, unwrapped and cached; frames parsed beforehand`,
      "the first line of a mode is a worker's whole job: read, find the key, open, check, write",
    ],
  };
}

async function measureMode(
  mode: Mode,
  least: number | null,
  { isQuick, step }: Settings,
): Promise<Figure[]> {
  const { meters, frames, batch, rounds } = isQuick ? QUICK : FULL;
  const numbers = range(0, meters);
  const samples = createSamples(mode, numbers, frames);
  const batches = range(0, frames / batch).map((i) =>
    samples.slice(i * batch, (i + 1) * batch).map(frameOf),
  );
  const run = (open: OpenBatch) => () =>
    timed(frames, () => {
      if (batches.reduce((sum, own) => sum + open(own), 0) !== frames) {
        throw new Error(`${mode.title}: a frame did not open`);
      }
    });
  const keys = numbers.map((meter) => keysOf(mode, meter));
  const keystore = openKeystoreAlone(mode, keys);
  const packed = batches.map((own) => keystore.pack(own));
  const rates = await alternate(
    {
      plain: () => plainRate(mode, samples),
      worker: () => timed(frames, () => packed.map((own) => keystore.work(own))),
      whole: run(keystore.open),
    },
    rounds,
    step,
  );
  // Apart, because frames of another shape make the engine's code slower for both.
  const alone = await alternate(
    { plain: () => plainRate(mode, samples), suite: run(suiteOpener(keys)) },
    rounds,
    step,
  );
  const ratio = medianRatio(rates.worker, rates.plain);
  return [
    {
      operation: mode.title,
      perSecond: median(rates.worker),
      ratio,
      reach: least === null ? null : reach("", ratio, "×", "at least", least),
    },
    {
      operation: "  with the main thread's packing",
      perSecond: median(rates.whole),
      ratio: medianRatio(rates.whole, rates.plain),
      reach: null,
    },
    {
      operation: "  the suite alone, keys in hand",
      perSecond: median(alone.suite),
      ratio: medianRatio(alone.suite, alone.plain),
      reach: null,
    },
  ];
}
