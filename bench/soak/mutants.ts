/**
 * Changed frames by the million through parser and keystore, in this process.
 *
 *     node dist/bench/soak/mutants.js [N = 1000000] [seed = 1]
 *
 * Ends with 1 if a law of `laws.ts` is broken, if 99 of 100 frames take longer than a millisecond,
 * or if ten times as many layers take much more than ten times as long.
 *
 * @module
 */
import { applyEdits, randomEdits, randomNumbers } from "./edits.ts";
import { judge, readingsOf } from "./laws.ts";
import { NESTINGS } from "./nesting.ts";
import { openReadings } from "./opening.ts";
import { mutant, NO_CONTEXT, type Sample } from "./sample.ts";
import { allSamples } from "./samples.ts";

const FRAMES = Number(process.argv[2] ?? 1_000_000);
const SEED = Number(process.argv[3] ?? 1);
const MOST_P99_MICROSECONDS = 1000;
/** Ten is linear, a hundred is square; caches and the collector take their share. */
const MOST_GROWTH = 30;
const LAYERS = 800;
const SHOWN = 10;

const samples = allSamples();
const next = randomNumbers(SEED);
const results = new Map<string, number>();
const times = new Float64Array(FRAMES);
let violations = 0;

for (let i = 0; i < FRAMES; i++) {
  const sample = samples[next() % samples.length]!;
  const other = next() % 2 === 0 ? sample : samples[next() % samples.length]!;
  const frame =
    next() % 50 === 0
      ? noise()
      : mutant(sample, other, [next(), randomEdits(next), randomEdits(next)]);
  times[i] = timeOf(sample, frame);
  const { result, violation } = judge(sample, frame);
  results.set(result, (results.get(result) ?? 0) + 1);
  if (violation !== null && violations++ < SHOWN) {
    say(`${sample.name}: ${violation}: ${Buffer.from(frame).toString("hex")}`);
  }
}
times.sort();
const p99 = times[Math.floor(FRAMES * 0.99)] ?? 0;
say(`${FRAMES} mutants of ${samples.length} frames: ${violations} broke a law`);
say(
  `time per frame: p50 ${micros(times[FRAMES >> 1])}, p99 ${micros(p99)}, max ${micros(times.at(-1))}`,
);
for (const [result, count] of [...results].sort(([, a], [, b]) => b - a)) {
  say(`${String(count).padStart(10)}  ${result}`);
}
let isLinear = true;
for (const { name, frame, initiate } of NESTINGS) {
  const [one, ten] = [LAYERS, 10 * LAYERS].map((layers) => {
    const bytes = frame(layers);
    const context = { ...NO_CONTEXT, initiate: initiate?.(layers) ?? null };
    return fastest(() => readingsOf(bytes, context));
  }) as [number, number];
  isLinear &&= ten / one < MOST_GROWTH || ten < MOST_P99_MICROSECONDS;
  say(`${LAYERS} ${name}: ${micros(one)}, ten times as many: ${micros(ten)}`);
}
process.exitCode = violations === 0 && p99 < MOST_P99_MICROSECONDS && isLinear ? 0 : 1;

/** Parses and opens; a crash is counted by the laws. */
function timeOf({ meter, context }: Sample, frame: Uint8Array): number {
  const start = performance.now();
  try {
    const readings = readingsOf(frame, context);
    if (!(readings instanceof Error)) {
      openReadings(meter, readings);
    }
  } catch {}
  return 1000 * (performance.now() - start);
}

function fastest(work: () => unknown): number {
  const runs = Array.from({ length: 20 }, () => {
    const start = performance.now();
    work();
    return 1000 * (performance.now() - start);
  });
  return Math.min(...runs);
}

function noise(): Uint8Array {
  const bytes = Uint8Array.from({ length: next() % 300 }, () => next());
  return applyEdits(bytes, randomEdits(next), bytes);
}

function micros(value = 0): string {
  return `${value.toFixed(1)} µs`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
