/**
 * `pipeline`: the whole service from outside. NDJSON in, look-up, decryption, durable log entry,
 * NDJSON out, against a bare loop over the same frames.
 *
 * @module
 */
import { type BenchDeployment, startBenchDeployment } from "./deployment.ts";
import {
  countOf,
  type Figure,
  type Measurement,
  type Reach,
  reach,
  type Settings,
} from "./measurement.ts";
import { MODE_5 } from "./modes.ts";
import { alternate, median, medianRatio, timed } from "./rounds.ts";
import { importRows, ndjson, requestLines } from "./rows.ts";
import { createSamples, plainRate, range, type Sample } from "./samples.ts";
import { countRows } from "./sender.ts";
import { configuredRate, keyedRate, wmbusmetersVersion } from "./wmbusmeters.ts";

const FULL = { meters: 1000, frames: 100_000, rounds: 7, telegrams: 20_000 };
const QUICK = { meters: 10, frames: 100, rounds: 1, telegrams: 40 };
const LEAST_RATIO = 0.8;
/** Times as fast as wmbusmeters with its meters configured, and with keys on the lines. */
const LEAST_CONFIGURED = 900;
const LEAST_KEYED = 18;

export async function measurePipeline(settings: Settings): Promise<Measurement> {
  const { meters } = settings.isQuick ? QUICK : FULL;
  const one = await measureMeters(1, settings);
  const many = await measureMeters(meters, settings);
  const version = wmbusmetersVersion();
  const others = version === null ? [] : await measureOther(many, settings);
  return {
    name: "pipeline",
    reference: "the same frames in a bare loop of plain node:crypto on one core",
    figures: [
      figureOf(1, one, null),
      figureOf(meters, many, reach("", many.ratio, "×", "at least", LEAST_RATIO)),
      ...others,
    ],
    notes: [
      "mode 5, 48 bytes; service and client are processes of their own on the same machine",
      version === null
        ? "wmbusmeters is not on the PATH: no comparison with it"
        : `wmbusmeters ${version} decodes each telegram as well, on one core, and keeps no log`,
    ],
  };
}

function figureOf(meters: number, { perSecond, ratio }: Rates, least: Reach | null): Figure {
  return { operation: `over HTTP, ${countOf(meters)}`, perSecond, ratio, reach: least };
}

interface Rates {
  readonly perSecond: number;
  readonly ratio: number;
  readonly plain: number;
}

async function measureMeters(meters: number, settings: Settings): Promise<Rates> {
  await using deployment = await startBenchDeployment();
  const numbers = range(0, meters);
  await deployment.enrol(importRows(MODE_5, numbers), meters);
  return await measureDeployment(deployment, numbers, settings);
}

async function measureDeployment(
  { frames: to }: BenchDeployment,
  meters: readonly number[],
  { isQuick, step }: Settings,
): Promise<Rates> {
  const { frames, rounds } = isQuick ? QUICK : FULL;
  let samples: Sample[] = [];
  let first = 0;
  const rates = await alternate(
    {
      plain() {
        // Frames that the service has not seen, made before anything is timed.
        samples = createSamples(MODE_5, meters, frames, first);
        first += frames;
        return plainRate(MODE_5, samples);
      },
      async service() {
        const body = ndjson(requestLines(samples));
        return await timed(frames, async () => {
          const rows = await countRows(to, body);
          if (rows !== frames) {
            throw new Error(`pipeline: expected ${frames} rows, got ${rows}`);
          }
        });
      },
    },
    rounds,
    step,
  );
  return {
    perSecond: median(rates.service),
    ratio: medianRatio(rates.service, rates.plain),
    plain: median(rates.plain),
  };
}

async function measureOther(ours: Rates, { isQuick, step }: Settings): Promise<Figure[]> {
  const { meters, telegrams } = isQuick ? QUICK : FULL;
  const samples = createSamples(MODE_5, range(0, meters), telegrams);
  const figures: Figure[] = [];
  for (const [operation, measure, least] of [
    [`wmbusmeters, ${countOf(meters)} configured`, configuredRate, LEAST_CONFIGURED],
    ["wmbusmeters, key on each line", keyedRate, LEAST_KEYED],
  ] as const) {
    const perSecond = await measure(meters, samples);
    step();
    if (perSecond !== null) {
      figures.push({
        operation,
        perSecond,
        ratio: perSecond / ours.plain,
        reach: reach("Meterseal", ours.perSecond / perSecond, "×", "at least", least),
      });
    }
  }
  return figures;
}
