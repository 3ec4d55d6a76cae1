/**
 * `growth`: what a frame costs with ever more meters enrolled, against a core with one meter
 * beside it.
 *
 * Hot: a working set of meters that were heard a moment ago. Cold: meters that were not heard
 * since the start, each once. The meters that send bring their keys, so that frames can be made
 * for them; the others, spread between them, get keys of their own.
 *
 * @module
 */
import { type BenchCore, openBenchCore } from "./core.ts";
import { type Figure, type Measurement, reach, type Settings } from "./measurement.ts";
import { MODE_5 } from "./modes.ts";
import { alternate, median, medianRatio, timed } from "./rounds.ts";
import { requestLines } from "./rows.ts";
import { createSamples, plainRate, range, type Sample } from "./samples.ts";

interface Sizes {
  readonly levels: readonly number[];
  /** Meters heard in turn; frames of a hot round. */
  readonly working: number;
  readonly frames: number;
  readonly hotRounds: number;
  /** Meters of a cold round, each heard once. */
  readonly cold: number;
  readonly coldRounds: number;
}

const FULL: Sizes = {
  levels: [1000, 100_000, 1_000_000],
  working: 1000,
  frames: 10_000,
  hotRounds: 9,
  cold: 4000,
  coldRounds: 5,
};
const QUICK: Sizes = {
  levels: [20, 200],
  working: 10,
  frames: 40,
  hotRounds: 1,
  cold: 20,
  coldRounds: 1,
};
const MOST_HOT = 1.3;
const MOST_COLD = 3;

export async function measureGrowth(settings: Settings): Promise<Measurement> {
  const sizes = settings.isQuick ? QUICK : FULL;
  const levels = settings.isQuick ? sizes.levels : levelsUpTo(settings.maxMeters);
  const cores: BenchCore[] = [];
  try {
    cores.push(await openBenchCore(), await openBenchCore());
    const [one, many] = cores as [BenchCore, BenchCore];
    await one.enrol([0], () => true);
    const rounds = roundsOf(sizes, settings.step, one);
    const figures: Figure[] = [];
    const notes = ["mode 5, 48 bytes; NDJSON to NDJSON in process, with the log"];
    let senders: number[] = [];
    let enrolled = 0;
    for (const level of levels) {
      const grown = await grow(many, enrolled, level, sizes);
      senders = [...senders, ...grown.senders];
      enrolled = level;
      notes.push(grown.note);
      await many.reopen();
      figures.push(...(await rounds.measure(many, level, senders)));
    }
    return {
      name: "growth",
      reference: "the same frames in a bare loop of plain node:crypto on one core",
      figures: [rounds.single(), ...figures],
      notes,
    };
  } finally {
    for (const core of cores) {
      await core.close();
    }
  }
}

function levelsUpTo(most: number): number[] {
  return [...FULL.levels.filter((level) => level < most), most];
}

/** Enrols up to `level` meters; those that bring a key are spread evenly. */
async function grow(core: BenchCore, from: number, level: number, sizes: Sizes) {
  const wanted = sizes.working + sizes.cold * (sizes.coldRounds + 1);
  const stride = Math.max(1, Math.floor((level - from) / wanted));
  const start = performance.now();
  await core.enrol(range(from, level), (meter) => meter % stride === 0);
  const seconds = (performance.now() - start) / 1000;
  return {
    senders: range(from, level).filter((meter) => meter % stride === 0),
    note: `${level - from} meters enrolled in ${seconds.toFixed(1)} s, up to ${level}`,
  };
}

function roundsOf(sizes: Sizes, step: () => void, one: BenchCore) {
  let first = 0;
  const single = { plain: [] as number[], one: [] as number[] };

  /** Compares `core` with the core of one meter; `next` says which meters are heard in a round. */
  async function compare(
    core: BenchCore,
    frames: number,
    rounds: number,
    next: () => readonly number[],
  ) {
    let samples: Sample[] = [];
    const decrypt = (target: BenchCore, own: readonly Sample[]) => {
      const lines = requestLines(own);
      return timed(lines.length, () => target.decrypt(lines));
    };
    const rates = await alternate(
      {
        plain() {
          first += frames;
          samples = createSamples(MODE_5, next(), frames, first);
          return plainRate(MODE_5, samples);
        },
        one: () => decrypt(one, createSamples(MODE_5, [0], frames, first)),
        core: () => decrypt(core, samples),
      },
      rounds,
      step,
    );
    single.plain.push(...rates.plain);
    single.one.push(...rates.one);
    return rates;
  }

  return {
    /** The core of one meter, over all rounds. */
    single: (): Figure => ({
      operation: "1 meter",
      perSecond: median(single.one),
      ratio: medianRatio(single.one, single.plain),
      reach: null,
    }),
    async measure(core: BenchCore, level: number, senders: readonly number[]): Promise<Figure[]> {
      const { working, frames, hotRounds, cold, coldRounds } = sizes;
      const figures: Figure[] = [];
      const figureOf = (
        heat: string,
        rates: Awaited<ReturnType<typeof compare>>,
        most: number,
      ): Figure => ({
        operation: `${level} meters, ${heat}`,
        perSecond: median(rates.core),
        ratio: medianRatio(rates.core, rates.plain),
        reach: reach("cost", medianRatio(rates.one, rates.core), "×", "at most", most),
      });
      // The working set is spread over all; the others are heard in an order that is not theirs.
      const stride = Math.floor(senders.length / Math.min(working, senders.length));
      const isHot = (i: number) => i % stride === 0;
      const unheard = shuffled(senders.filter((_, i) => !isHot(i)));
      if (unheard.length >= cold * (coldRounds + 1)) {
        const next = () => unheard.splice(0, cold);
        figures.push(figureOf("cold", await compare(core, cold, coldRounds, next), MOST_COLD));
      }
      const hot = senders.filter((_, i) => isHot(i)).slice(0, working);
      return [
        figureOf("hot", await compare(core, frames, hotRounds, () => hot), MOST_HOT),
        ...figures,
      ];
    },
  };
}

/** An order without neighbours, the same in every run. */
function shuffled(meters: readonly number[]): number[] {
  const rank = (meter: number) => Math.imul(meter + 1, 0x9e3779b1) >>> 0;
  return [...meters].sort((a, b) => rank(a) - rank(b));
}
