/**
 * `ask`: questions to a long log by its index, against reading every entry.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LogIndex } from "../src/activity/ask/log-index.ts";
import type { AskedPage } from "../src/activity/ask/query.ts";
import type { Question } from "../src/activity/ask/question.ts";
import { scanLog } from "../src/activity/ask/scan.ts";
import { parseMicroseconds } from "../src/activity/entries/entry-text.ts";
import { loadConfig } from "../src/base/config.ts";
import { createLogger } from "../src/base/logger.ts";
import { findMeter } from "../src/meters/find.ts";
import { type OpenCore, openCore } from "../src/programs/open-core.ts";
import { makeBusyLog } from "./log/busy-log.ts";
import { type Figure, type Measurement, reach, type Settings } from "./measurement.ts";
import { median, timed } from "./rounds.ts";

const FULL = { entries: 1_000_000, rounds: 15, scans: 3 };
const QUICK = { entries: 2000, rounds: 1, scans: 1 };
const MOST_METER_MS = 50;
const MOST_TIMELINE_MS = 1000;
const NEWEST: AskedPage = { limit: 100, order: "desc" };
const CALLER = {
  actor: "bench",
  role: "auditor",
  auth: "local",
  purpose: null,
  request: null,
  customer: null,
} as const;

export async function measureAsk({ isQuick, step }: Settings): Promise<Measurement> {
  const { entries, rounds, scans } = isQuick ? QUICK : FULL;
  const folder = mkdtempSync(join(tmpdir(), "meterseal-bench-"));
  try {
    const config = loadConfig({ data: join(folder, "data") }, {});
    const made = await makeBusyLog(config, { entries });
    const core = await openCore(config, createLogger("core", "error"));
    try {
      await core.index.settled();
      const meter = await findMeter(core.db, CALLER, made.meter);
      const scan = await scanRate(core, { meter }, scans, step);
      const asked = await questions(core.index, { meter });
      const figures: Figure[] = [];
      for (const [operation, ask, most] of asked) {
        const rates: number[] = [];
        for (let round = 0; round <= rounds; round++) {
          rates.push(await timed(1, ask));
        }
        step();
        const perSecond = median(rates.slice(1));
        const limit = most === null ? null : reach("", 1000 / perSecond, " ms", "at most", most);
        figures.push({ operation, perSecond, ratio: perSecond / scan, reach: limit });
      }
      return {
        name: "ask",
        reference: "reading every entry for the meter, in the same run",
        figures,
        notes: [
          `${core.index.size.toLocaleString("en")} entries of a month; pages are the newest 100`,
          `reading every entry takes ${(1000 / scan).toFixed(0)} ms`,
        ],
      };
    } finally {
      await core.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Asked = readonly [string, () => Promise<unknown>, number | null];

async function questions(index: LogIndex, { meter }: Required<Pick<Question, "meter">>) {
  const middle = (await index.ask({}, { limit: 1, after: Math.floor(index.size / 2) })).items[0];
  const to = parseMicroseconds(String(middle?.entry["at"]));
  const actor = index.terms("actor", null).items[0]?.value ?? "";
  const page = (operation: string, question: Question, most: number | null = null): Asked => {
    return [operation, () => index.ask(question, NEWEST), most];
  };
  const asked: Asked[] = [
    page("by meter, the newest 100", { meter }, MOST_METER_MS),
    ["by meter, all", () => index.ask({ meter }, { limit: 1000 }), null],
    page("by actor", { actor }),
    page("by action", { action: "link.dispatched" }),
    page("by customer and code", { customer: meter.customer, code: "FORBIDDEN" }),
    page("by time", { to }),
    [
      "timeline by action, all entries",
      () => index.timeline({}, { buckets: 60, by: "action" }),
      MOST_TIMELINE_MS,
    ],
    ["timeline by actor, a half", () => index.timeline({ to }, { buckets: 60, by: "actor" }), null],
  ];
  return asked;
}

async function scanRate(
  { db, index }: OpenCore,
  question: Question,
  scans: number,
  step: () => void,
): Promise<number> {
  const rates: number[] = [];
  for (let n = 0; n < scans; n++) {
    rates.push(await timed(1, () => scanLog(db, question, { limit: 1000 }, index.size)));
    step();
  }
  return median(rates);
}
