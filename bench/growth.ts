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
import { type BesideOne, type Compared, openBesideOne } from "./beside-one.ts";
import { type BenchCore, openBenchCore } from "./core.ts";
import { countOf, type Figure, type Measurement, reach, type Settings } from "./measurement.ts";
import { range } from "./samples.ts";

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

export async function measureGrowth({ isQuick, maxMeters, step }: Settings): Promise<Measurement> {
  const sizes = isQuick ? QUICK : FULL;
  const levels = isQuick ? sizes.levels : levelsUpTo(maxMeters);
  await using one = await openBesideOne(step);
  await using many = await openBenchCore();
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
    figures.push(...(await measureLevel(one, many, level, senders, sizes)));
  }
  return {
    name: "growth",
    reference: "the same frames in a bare loop of plain node:crypto on one core",
    figures: [one.figure(), ...figures],
    notes,
  };
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
    note: `${countOf(level - from)} more enrolled in ${seconds.toFixed(1)} s`,
  };
}

/** Cold first, while nothing has been heard since the start. */
async function measureLevel(
  one: BesideOne,
  core: BenchCore,
  level: number,
  senders: readonly number[],
  { working, frames, hotRounds, cold, coldRounds }: Sizes,
): Promise<Figure[]> {
  // The working set is spread over all; the others are heard in an order that is not theirs.
  const stride = Math.max(1, Math.floor(senders.length / working));
  const hot = senders.filter((_, i) => i % stride === 0).slice(0, working);
  const unheard = shuffled(senders.filter((_, i) => i % stride !== 0));
  const figures: Figure[] = [];
  if (unheard.length >= cold * (coldRounds + 1)) {
    const next = () => unheard.splice(0, cold);
    const compared = await one.compare(core, cold, coldRounds, next);
    figures.push(figureOf(`${countOf(level)}, cold`, compared, MOST_COLD));
  }
  const compared = await one.compare(core, frames, hotRounds, () => hot);
  return [figureOf(`${countOf(level)}, hot`, compared, MOST_HOT), ...figures];
}

function figureOf(operation: string, { perSecond, ratio, cost }: Compared, most: number): Figure {
  return { operation, perSecond, ratio, reach: reach("cost", cost, "×", "at most", most) };
}

/** An order without neighbours, the same in every run. */
function shuffled(meters: readonly number[]): number[] {
  const rank = (meter: number) => Math.imul(meter + 1, 0x9e3779b1) >>> 0;
  return [...meters].sort((a, b) => rank(a) - rank(b));
}
