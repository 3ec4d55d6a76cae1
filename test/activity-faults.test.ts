import { rmSync } from "node:fs";
import { readEntry } from "../src/activity/ask/query.ts";
import { startLog } from "../src/activity/verify/start.ts";
import type { Knex } from "../src/db/open.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { append, createTestLog, entry } from "./support/log.ts";
import { dropTriggers } from "./support/tamper.ts";

type Work = (trx: Knex.Transaction) => Promise<unknown>;

/** A database whose next commits take place and lose their answers, cannot read, or never begin. */
function faulty(db: Knex) {
  const faults: ("lost" | "blind" | "refused")[] = [];
  const transaction = async (work: Work) => {
    const fault = faults.shift();
    const broken = Object.assign(new Error("Connection terminated"), { code: "ECONNRESET" });
    if (fault === "refused") {
      throw broken;
    }
    const blind = (trx: Knex.Transaction) =>
      new Proxy(trx, {
        apply(target, _this, [table]) {
          if (table === "log_entries") {
            throw broken;
          }
          return target(table);
        },
      });
    const result = await db.transaction((trx) => work(fault === "blind" ? blind(trx) : trx));
    if (fault === "lost") {
      throw broken;
    }
    return result;
  };
  const proxy = new Proxy(db, {
    get: (target, name) => (name === "transaction" ? transaction : Reflect.get(target, name)),
  });
  return { db: proxy, faults };
}

onEveryDatabase("a commit whose answer was lost is found again, with its result", async (t, db) => {
  const log = await createTestLog(t, db);
  const { db: broken, faults } = faulty(db);
  const activity = await log.open({ db: broken });
  await append(activity, 3);
  faults.push("lost");
  let runs = 0;
  const works = [1, 2, 3].map((n) =>
    activity.commit(async () => {
      runs++;
      return { entries: [entry("test.lost", { n })], result: n };
    }),
  );
  const done = await Promise.all(works);
  t.is(runs, 3);
  t.deepEqual(
    done.map(({ first, result }) => [first, result]),
    [
      [3, 1],
      [4, 2],
      [5, 3],
    ],
  );
  t.is((await activity.commit(async () => ({ entries: [entry("a")], result: 1 }))).first, 6);
  await activity.close();
  t.is((await log.start()).size, 7);
});

onEveryDatabase(
  "a lost answer is found again also when the database was away or could not be read for a while",
  async (t, db) => {
    const log = await createTestLog(t, db);
    const { db: broken, faults } = faulty(db);
    const noon = Date.UTC(2026, 0, 1, 12) * 1000;
    let now = noon;
    const activity = await log.open({ db: broken, clock: () => now });
    await append(activity, 3);
    faults.push("lost", "refused", "blind");
    const lost = activity.commit(async () => ({ entries: [entry("test.lost")], result: null }));
    await t.throwsAsync(lost, { code: "LOG_UNAVAILABLE" });
    const away = activity.commit(async () => ({ entries: [entry("test.away")], result: null }));
    await t.throwsAsync(away, { code: "LOG_UNAVAILABLE" });
    // The adopted entry keeps its place in time, whatever the clock says by then.
    now = noon - 1_000_000;
    const after = await activity.commit(async () => ({
      entries: [entry("test.after")],
      result: 1,
    }));
    t.is(after.first, 4);
    t.is((await readEntry(db, 3))?.entry["action"], "test.lost");
    await activity.close();
    t.is((await log.start()).size, 5);
  },
);

onEveryDatabase("a checkpoint whose answer was lost is taken as stored", async (t, db) => {
  const log = await createTestLog(t, db);
  let isLost = true;
  const broken = new Proxy(db, {
    apply: (target, self, [table]: [string]) => {
      const query = Reflect.apply(target, self, [table]);
      if (table !== "log_checkpoints" || !isLost) {
        return query;
      }
      isLost = false;
      return {
        insert: async (row: object) => {
          await query.insert(row);
          throw Object.assign(new Error("Connection terminated"), { code: "ECONNRESET" });
        },
      };
    },
  });
  const activity = await log.open({ db: broken });
  await append(activity, 2);
  t.is((await activity.checkpoint()).size, 2);
  await activity.close();
  t.is((await log.start()).checkpoint?.size, 2);
});

onEveryDatabase("a clock that goes back: entries stay in order, and one says so", async (t, db) => {
  const log = await createTestLog(t, db);
  const noon = Date.UTC(2026, 0, 1, 12) * 1000;
  let now = noon;
  const activity = await log.open({ clock: () => now });
  await append(activity, 2);
  now = noon - 3_600_000_000;
  await append(activity, 2);
  now = noon + 60_000_000;
  await append(activity, 1);
  await activity.close();
  const actions = await Promise.all([0, 1, 2, 3, 4, 5].map((i) => readEntry(db, i)));
  t.deepEqual(
    actions.map((item) => item?.entry["action"]),
    ["test.n", "test.n", "clock.stepped", "test.n", "test.n", "test.n"],
  );
  t.is(actions[2]?.entry["seconds"], 3600);
  t.is((await log.start()).size, 6);
});

onEveryDatabase("copies that do not add up to the signed root accuse nobody", async (t, db) => {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 4);
  await activity.checkpoint();
  await append(activity, 4);
  await activity.close();
  await dropTriggers(db);
  const [row] = await db("log_checkpoints").orderBy("size").select();
  const leafHashes = Buffer.from(row.leaf_hashes);
  leafHashes[40]! ^= 1;
  await db("log_checkpoints").where({ size: row.size }).update({ leaf_hashes: leafHashes });
  t.is((await log.start()).size, 8);
});

onEveryDatabase(
  "a log that has begun is refused without its head store, or emptied",
  async (t, db) => {
    const log = await createTestLog(t, db);
    const activity = await log.open();
    await append(activity, 2);
    await activity.close();
    rmSync(log.headStore);
    const start = () => startLog(db, log.key, log.headStore);
    await t.throwsAsync(start(), { code: "LOG_REFUSED", message: /index 0 .*head store/ });
    await dropTriggers(db);
    await db("log_entries").delete();
    await db("log_checkpoints").delete();
    await db("log_head").update({ size: 0 });
    await t.throwsAsync(start(), { code: "LOG_REFUSED", message: /index 0 .*empty/ });
  },
);
