/**
 * A prune and the index over the log: whoever verifies or asks in between finds nothing wrong.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
import type { ExecutionContext } from "ava";
import fc from "fast-check";
import { scanLog } from "../src/activity/ask/scan.ts";
import { pruneSegments } from "../src/activity/ask/segments/store.ts";
import { SYSTEM } from "../src/activity/entries/entry.ts";
import { parseMicroseconds } from "../src/activity/entries/entry-text.ts";
import { timeOf } from "../src/activity/retention/boundary.ts";
import { emptyBodies, recordPruned } from "../src/activity/retention/empty.ts";
import { pruneHistory } from "../src/activity/retention/history.ts";
import { createPrunes } from "../src/activity/retention/prunes.ts";
import { dialectOf, type Knex } from "../src/db/open.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { checkTables } from "./support/derived-tables.ts";
import { anyDraft, BEGIN_US, createIndexedLog, type IndexedLog } from "./support/indexed-log.ts";

const DAY_MS = 86_400_000;
const DRAFTS = fc.sample(anyDraft, { numRuns: 2100, seed: 5 });

onEveryDatabase(
  "a start between a prune and its last body finds an index that is right",
  async (t, db) => {
    let log = await createIndexedLog(t, db);
    await log.append(DRAFTS);
    await log.index.settled();
    const below = await prune(log);
    await log.index.settled();
    for (const slices of [0, 1, 9]) {
      let emptied = 0;
      await emptyBodies(db, below, () => emptied++ >= slices);
      log = await log.restart();
      await log.index.settled();
      t.deepEqual(log.errors, []);
      await checkTables(t, db, below, 2048);
      await sameAsScan(t, log, below);
      const { from } = await log.index.timeline({}, { buckets: 10, by: "action" });
      t.true(from > BEGIN_US + below * 400_000, "the first entry that is left");
    }
  },
);

onEveryDatabase(
  "a prune beyond the last stored segment leaves no hashes above it",
  async (t, db) => {
    const log = await createIndexedLog(t, db, { entries: 1024, items: 1_000_000 });
    await log.append(DRAFTS.slice(0, 1400));
    await log.index.settled();
    const { approve } = await proposed(log, 1300);
    t.is((await approve()).below, 1280);
    t.is((await db("log_segments").select("first")).length, 0);
    t.deepEqual(await db("log_subtrees").select("level", "idx"), []);
    await log.append(DRAFTS.slice(0, 1300));
    await log.index.settled();
    await checkTables(t, db, 1280, 2560);
    await sameAsScan(t, log, 1280);
  },
);

onEveryDatabase(
  "a prune while segments are written leaves none that begins below",
  async (t, db) => {
    const log = await createIndexedLog(t, db);
    await log.append(DRAFTS.slice(0, 300));
    await log.index.settled();
    await log.append(DRAFTS.slice(300));
    const { approve } = await proposed(log, 1800);
    let isOver = false;
    const snapshot: Knex.TransactionConfig =
      dialectOf(db) === "sqlite" ? {} : { isolationLevel: "repeatable read" };
    const looking = (async () => {
      const seen = new Set<string>();
      while (!isOver) {
        const rows = await db.transaction((trx) => Promise.all([lowest(trx), said(trx)]), snapshot);
        seen.add(rows.join());
        await setImmediate();
      }
      return seen;
    })();
    const { below } = await approve();
    await log.index.rebuild();
    isOver = true;
    for (const row of await looking) {
      t.true(row.startsWith(",") || row.endsWith(",") || row === `${below},${below}`, row);
    }
    await checkTables(t, db, below, 2048);
    await sameAsScan(t, log, below);
  },
);

/** A prune of the entries before one of them, ready to be carried out by somebody else. */
async function proposed({ db, activity, index }: IndexedLog, before: number) {
  const prunes = createPrunes({
    db,
    activity,
    index,
    clock: () => new Date(BEGIN_US / 1000 + 100 * DAY_MS),
    history: pruneHistory(),
    retentionDays: 30,
    restaters: () => [],
    onError: (error) => {
      throw error;
    },
  });
  const time = new Date(Math.ceil(parseMicroseconds(await timeOf(db, before)) / 1000));
  const { id } = await prunes.propose(SYSTEM, time);
  return { approve: () => prunes.approve({ ...SYSTEM, actor: "tok_2" }, id) };
}

/** Prunes without emptying any body. */
async function prune({ db, activity, index }: IndexedLog): Promise<number> {
  const below = 1280;
  const fields = { below };
  const { first } = await index.alone(() =>
    activity.commit(async (trx) => {
      await pruneSegments(trx, below);
      const entry = { ...SYSTEM, action: "log.pruned", outcome: "ok" as const, fields };
      return { entries: [entry], result: null };
    }),
  );
  await recordPruned(db, below, first);
  return below;
}

async function sameAsScan(t: ExecutionContext, log: IndexedLog, below: number): Promise<void> {
  for (const question of [{ actor: "tok_1" }, { action: "link.claimed" }, { outcome: "refused" }]) {
    const page = { limit: 3000, after: below - 1 };
    const expected = await scanLog(log.db, question, page, log.index.size);
    t.deepEqual(await log.index.ask(question, { limit: 3000 }), expected);
  }
}

async function lowest(db: Knex): Promise<string> {
  const [row] = await db("log_segments").min({ first: "first" });
  return String(row?.["first"] ?? "");
}

async function said(db: Knex): Promise<string> {
  const row = await db("log_entries")
    .where("body", "like", '%"action":"log.pruned"%')
    .first("body");
  return row === undefined ? "" : String(JSON.parse(row.body).below);
}
