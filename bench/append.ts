/**
 * `append`: entries of 256 callers at once, durable before each is answered, against rows that
 * SQLite is given in one transaction per 256, and one by one; and what the index takes of it.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Activity } from "../src/activity/activity.ts";
import { openLog } from "../src/activity/append/log.ts";
import { openLogIndex } from "../src/activity/ask/log-index.ts";
import { entryBody } from "../src/activity/entries/entry-text.ts";
import { leafHash } from "../src/activity/hashing.ts";
import { startLog } from "../src/activity/verify/start.ts";
import { microsecondClock } from "../src/base/clock.ts";
import { insertRows } from "../src/db/bulk.ts";
import { migrateCore } from "../src/db/core/migrations.ts";
import { type Knex, openDatabase } from "../src/db/open.ts";
import { busyEntries } from "./log/busy-entries.ts";
import { type Figure, type Measurement, reach, type Settings } from "./measurement.ts";
import { alternate, median, medianRatio, timed } from "./rounds.ts";

const FULL = { entries: 20_000, single: 1000, rounds: 7 };
const QUICK = { entries: 512, single: 20, rounds: 1 };
const CALLERS = 256;
const MOST_P50 = 10;
const MOST_INDEX = 10;
const COLUMNS = ["idx", "body", "leaf_hash"];

/** Who and what the entries are about. */
const CAST = {
  machines: ["tok_east", "tok_west"],
  custodians: ["tok_desk"],
  auditors: ["tok_audit"],
  customers: [
    { id: "cus_a", meters: 3000 },
    { id: "cus_b", meters: 3000 },
  ],
};

export async function measureAppend({ isQuick, step }: Settings): Promise<Measurement> {
  const { entries, single, rounds } = isQuick ? QUICK : FULL;
  const folder = mkdtempSync(join(tmpdir(), "meterseal-bench-"));
  const plain = openDatabase({ file: join(folder, "plain.sqlite") });
  const indexed = await openBenchLog(folder, "indexed", true);
  const bare = await openBenchLog(folder, "bare", false);
  const next = busyEntries(CAST);
  const waits: number[] = [];
  try {
    await plain.schema.createTable("log_entries", (table) => {
      table.integer("idx").primary();
      table.text("body").notNullable();
      table.binary("leaf_hash").notNullable();
    });
    const row = plainRows(next);
    const rates = await alternate(
      {
        grouped: () => timed(entries, () => insertGroups(plain, row, entries, CALLERS)),
        single: () => timed(single, () => insertGroups(plain, row, single, 1)),
        indexed: () => timed(entries, () => appendAll(indexed.activity, next, entries, waits)),
        bare: () => timed(entries, () => appendAll(bare.activity, next, entries, [])),
      },
      rounds,
      step,
    );
    const share = 100 * (1 - medianRatio(rates.indexed, rates.bare));
    const [p50, p99] = [percentile(waits, 0.5), percentile(waits, 0.99)];
    return {
      name: "append",
      reference: `the same rows put into plain SQLite (FULL), ${CALLERS} a transaction`,
      figures: [
        {
          ...figure("entries of 256 callers at once", rates.indexed, rates.grouped),
          reach: reach("p50", p50, " ms", "at most", MOST_P50),
        },
        {
          ...figure("  with no index over them", rates.bare, rates.grouped),
          reach: reach("the index takes", share, "%", "at most", MOST_INDEX),
        },
        figure("plain rows, one a transaction", rates.single, rates.grouped),
      ],
      notes: [
        `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms from call to durable entry`,
        "an entry is made, hashed, written, put into the tree and indexed; a checkpoint a second",
      ],
    };
  } finally {
    await indexed.close();
    await bare.close();
    await plain.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

function figure(operation: string, rates: readonly number[], reference: readonly number[]): Figure {
  const ratio = medianRatio(rates, reference);
  return { operation, perSecond: median(rates), ratio, reach: null };
}

/** Every caller waits for its entry before it comes with the next. */
async function appendAll(
  activity: Activity,
  next: ReturnType<typeof busyEntries>,
  entries: number,
  waits: number[],
): Promise<void> {
  let left = entries;
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (left > 0) {
        left--;
        const draft = next();
        const start = performance.now();
        await activity.commit(async () => ({ entries: [draft], result: null }));
        waits.push(performance.now() - start);
      }
    }),
  );
}

/** Rows as the log has them, made before SQLite is given them. */
function plainRows(next: ReturnType<typeof busyEntries>) {
  let idx = 0;
  return (): [number, string, Uint8Array] => {
    const body = entryBody(next(), microsecondClock(), "node1");
    return [idx++, body, leafHash(body)];
  };
}

async function insertGroups(
  db: Knex,
  row: () => [number, string, Uint8Array],
  count: number,
  size: number,
): Promise<void> {
  for (let at = 0; at < count; at += size) {
    const rows = Array.from({ length: Math.min(size, count - at) }, row);
    await db.transaction((trx) => insertRows(trx, "log_entries", COLUMNS, rows));
  }
}

async function openBenchLog(folder: string, name: string, isIndexed: boolean) {
  const db = openDatabase({ file: join(folder, `${name}.sqlite`) });
  await migrateCore(db);
  const key = { name, publicKey: new Uint8Array(32) };
  const headStore = join(folder, `${name}.head`);
  const onError = (error: unknown) => {
    throw error;
  };
  const index = isIndexed ? await openLogIndex({ db, onError }) : null;
  const visitors = index === null ? [] : [index.visitor];
  const activity = openLog({
    db,
    // Nobody checks the signatures of this log.
    keystore: { sign: async () => new Uint8Array(64) },
    origin: name,
    publicKey: key.publicKey,
    node: "node1",
    headStore,
    clock: microsecondClock,
    start: await startLog(db, key, headStore, { visitors, isNew: true }),
    ...(index === null ? {} : { observe: index.observe }),
    onError,
  });
  index?.start();
  return {
    activity,
    async close() {
      await activity.close();
      await index?.close();
      await db.destroy();
    },
  };
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
}
