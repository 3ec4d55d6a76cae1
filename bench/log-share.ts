/**
 * `log-share`: what the log costs. Two cores in this process, one of them without its entries, on
 * the same frames in turn.
 *
 * @module
 */
import type { Activity } from "../src/activity/activity.ts";
import { inTransaction } from "../src/db/transaction.ts";
import type { OpenCore } from "../src/programs/open-core.ts";
import { openBenchCore } from "./core.ts";
import { countOf, type Measurement, reach, type Settings } from "./measurement.ts";
import { MODE_5 } from "./modes.ts";
import { alternate, median, medianRatio, timed } from "./rounds.ts";
import { requestLines } from "./rows.ts";
import { createSamples, plainRate, range, type Sample } from "./samples.ts";

const FULL = { meters: 1000, frames: 20_000, rounds: 11 };
const QUICK = { meters: 10, frames: 100, rounds: 1 };
const MOST_PERCENT = 15;

/** Freshness is kept and committed to disk, no entry is written: what lacks is the log. */
function withoutEntries({ db }: OpenCore): Pick<Activity, "commit"> {
  return {
    async commit(work) {
      const { result } = await inTransaction(db, work);
      return { result, first: 0, size: 0 };
    },
  };
}

export async function measureLogShare({ isQuick, step }: Settings): Promise<Measurement> {
  const { meters, frames, rounds } = isQuick ? QUICK : FULL;
  const numbers = range(0, meters);
  // A decryptor takes itself for the only writer: each has a database of its own.
  await using logged = await openBenchCore();
  await using unlogged = await openBenchCore(withoutEntries);
  await logged.enrol(numbers, () => true);
  await unlogged.enrol(numbers, () => true);
  let samples: Sample[] = [];
  let lines: string[] = [];
  let first = 0;
  const rates = await alternate(
    {
      plain() {
        samples = createSamples(MODE_5, numbers, frames, first);
        lines = requestLines(samples);
        first += frames;
        return plainRate(MODE_5, samples);
      },
      logged: () => timed(frames, () => logged.decrypt(lines)),
      unlogged: () => timed(frames, () => unlogged.decrypt(lines)),
    },
    rounds,
    step,
  );
  const share = 100 * (1 - medianRatio(rates.logged, rates.unlogged));
  return {
    name: "log-share",
    reference: "the same frames in a bare loop of plain node:crypto on one core",
    figures: [
      {
        operation: "in process, with the log",
        perSecond: median(rates.logged),
        ratio: medianRatio(rates.logged, rates.plain),
        reach: reach("share", share, "%", "at most", MOST_PERCENT),
      },
      {
        operation: "in process, its entries left out",
        perSecond: median(rates.unlogged),
        ratio: medianRatio(rates.unlogged, rates.plain),
        reach: null,
      },
    ],
    notes: [
      `mode 5, 48 bytes, ${countOf(meters)}; NDJSON to NDJSON without HTTP`,
      "without its entries a batch still commits its freshness to disk",
    ],
  };
}
