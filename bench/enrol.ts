/**
 * `enrol`: meters in bulk with generated keys: drawn, wrapped, stored and logged.
 *
 * @module
 */
import { createCipheriv, randomBytes } from "node:crypto";
import { type BenchCore, openBenchCore } from "./core.ts";
import { startBenchDeployment } from "./deployment.ts";
import { type Figure, type Measurement, reach, type Settings } from "./measurement.ts";
import { alternate, median, medianRatio, timed } from "./rounds.ts";
import { importRows } from "./rows.ts";
import { range } from "./samples.ts";

const FULL = { meters: 10_000, rounds: 5 };
const QUICK = { meters: 20, rounds: 1 };
const LEAST_PER_SECOND = 20_000;
const MOST_BYTES = 250;

export async function measureEnrol(settings: Settings): Promise<Measurement> {
  const inside = await inProcess(settings);
  return {
    name: "enrol",
    reference: "an AES-256 key drawn and wrapped by AES-256-GCM in plain node:crypto, not stored",
    figures: [...inside.figures, await overHttp(settings)],
    notes: [inside.note],
  };
}

async function inProcess(settings: Settings): Promise<{ figures: Figure[]; note: string }> {
  await using core = await openBenchCore();
  await checkpoint(core);
  const before = core.size();
  const { rates, enrolled } = await measureRates(settings, (meters) =>
    core.enrol(meters, () => false),
  );
  const unfolded = (core.size() - before) / enrolled;
  await checkpoint(core);
  const bytes = (core.size() - before) / enrolled;
  return {
    figures: [
      figureOf("bulk enrolment, in process", rates),
      {
        operation: "  its tables, indexes and log",
        perSecond: null,
        ratio: null,
        reach: reach("a meter takes", bytes, " bytes", "at most", MOST_BYTES),
      },
    ],
    note: `${Math.round(unfolded)} bytes a meter with SQLite's write-ahead log beside the database`,
  };
}

async function overHttp(settings: Settings): Promise<Figure> {
  await using deployment = await startBenchDeployment();
  const { rates } = await measureRates(settings, (meters) =>
    deployment.enrol(importRows(null, meters), meters.length),
  );
  return figureOf("bulk enrolment, over HTTP", rates);
}

async function measureRates(
  { isQuick, step }: Settings,
  enrol: (meters: readonly number[]) => Promise<void>,
) {
  const { meters, rounds } = isQuick ? QUICK : FULL;
  let enrolled = 0;
  const rates = await alternate(
    {
      plain: () => timed(meters, () => range(0, meters).map(wrapPlain)),
      service() {
        const next = range(enrolled, enrolled + meters);
        enrolled += meters;
        return timed(meters, () => enrol(next));
      },
    },
    rounds,
    step,
  );
  return { rates, enrolled };
}

const KEK = randomBytes(32);

function wrapPlain(): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", KEK, iv);
  const wrapped = cipher.update(randomBytes(32));
  cipher.final();
  return Buffer.concat([iv, wrapped, cipher.getAuthTag()]);
}

function figureOf(
  operation: string,
  { plain, service }: Readonly<Record<"plain" | "service", readonly number[]>>,
): Figure {
  const perSecond = median(service);
  return {
    operation,
    perSecond,
    ratio: medianRatio(service, plain),
    reach: reach("", perSecond, "/s", "at least", LEAST_PER_SECOND),
  };
}

async function checkpoint({ db }: BenchCore): Promise<void> {
  await db.raw("PRAGMA wal_checkpoint(TRUNCATE)");
}
