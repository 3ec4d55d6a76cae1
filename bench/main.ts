/**
 * Measures the main job against plain node:crypto in the same run.
 *
 * Machines are noisy: read the ratios, not the absolute figures.
 *
 * @module
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { type BenchDeployment, startBenchDeployment, stream } from "./deployment.ts";
import { measureLogShare } from "./log-share.ts";
import { plainDecryptRate } from "./reference.ts";
import { createWorkload } from "./workload.ts";

const FRAMES = 100_000;
const ROUNDS = 5;
const ENROL = 50_000;

interface Row {
  readonly operation: string;
  readonly perSecond: number;
  readonly ratio: string;
}

const rows: Row[] = [];
const reference = median(
  Array.from({ length: ROUNDS }, () => plainDecryptRate(createWorkload(1000, 20_000).plain, 3)),
);
rows.push({
  operation: "node:crypto loop, mode 5, one core (reference)",
  perSecond: reference,
  ratio: "1",
});
for (const meters of [1, 1000]) {
  const deployment = await startBenchDeployment();
  try {
    const perSecond = await pipeline(deployment, meters);
    rows.push({
      operation: `pipeline over HTTP with the log, ${meters} meter${meters === 1 ? "" : "s"}`,
      perSecond,
      ratio: (perSecond / reference).toFixed(2),
    });
    if (meters === 1000) {
      await enrol(deployment);
    }
  } finally {
    await deployment.stop();
  }
}
const share = await measureLogShare(createWorkload(1000, 20_000));
for (const [operation, perSecond] of [
  ["decrypt in process, log and freshness on", share.withLog],
  ["decrypt in process, log entries left out", share.withoutLog],
  ["decrypt in process, freshness left out as well", share.withNeither],
] as const) {
  rows.push({ operation, perSecond, ratio: (perSecond / reference).toFixed(2) });
}
for (const { operation, perSecond, ratio } of rows) {
  const figure = Math.round(perSecond).toLocaleString("en").padStart(10);
  process.stdout.write(`${operation.padEnd(52)} ${figure}/s  ${ratio}×\n`);
}
const percent = (part: number, whole: number) => (100 * (1 - part / whole)).toFixed(0);
process.stdout.write(
  `share of the log: ${percent(share.withLog, share.withoutLog)} %, ` +
    `of log and freshness: ${percent(share.withLog, share.withNeither)} %\n`,
);

async function pipeline({ url, customer, custodian, machine }: BenchDeployment, meters: number) {
  const { importRows, frames } = createWorkload(meters, FRAMES);
  await stream(`${url}/v1/meters/import?customer=${customer}`, custodian, importRows);
  const body = frames.map((frame, ref) => `{"ref":${ref},"frame":"${frame}"}\n`).join("");
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const { lines, errors } = await stream(`${url}/v1/frames/decrypt`, machine, body);
    if (lines !== frames.length || errors !== 0) {
      throw new Error(`pipeline: ${lines} rows, ${errors} errors`);
    }
    rates.push(FRAMES / ((performance.now() - start) / 1000));
  }
  return median(rates);
}

async function enrol({ url, customer, custodian, data }: BenchDeployment): Promise<void> {
  const bytes = () =>
    statSync(join(data, "core.sqlite")).size + statSync(join(data, "core.sqlite-wal")).size;
  const before = bytes();
  const body = Array.from(
    { length: ENROL },
    (_, i) => `{"address":"GEN-${String(i).padStart(8, "0")}/01/07"}\n`,
  ).join("");
  const start = performance.now();
  const { text } = await stream(`${url}/v1/meters/import?customer=${customer}`, custodian, body);
  const perSecond = ENROL / ((performance.now() - start) / 1000);
  if (JSON.parse(text).imported !== ENROL) {
    throw new Error("enrol: not every meter was enrolled");
  }
  const perMeter = Math.round((bytes() - before) / ENROL);
  rows.push({
    operation: `bulk enrolment, generated keys (${perMeter} bytes a meter)`,
    perSecond,
    ratio: (perSecond / reference).toFixed(2),
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
