import { readEntry } from "../src/activity/query.ts";
import type { Knex } from "../src/db/open.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { append, createTestLog, entry } from "./support/log.ts";
import { dropTriggers } from "./support/tamper.ts";

/** A database whose next commit takes place and then loses its answer. */
function losesAnswers(db: Knex): { db: Knex; loseNext: () => void } {
  let isLost = false;
  const transaction = async (work: (trx: Knex.Transaction) => Promise<unknown>) => {
    const result = await db.transaction(work);
    if (isLost) {
      isLost = false;
      throw Object.assign(new Error("Connection terminated"), { code: "ECONNRESET" });
    }
    return result;
  };
  const proxy = new Proxy(db, {
    get: (target, name) => (name === "transaction" ? transaction : Reflect.get(target, name)),
  });
  return {
    db: proxy,
    loseNext: () => {
      isLost = true;
    },
  };
}

onEveryDatabase("a commit whose answer was lost is found again: the log goes on", async (t, db) => {
  const log = await createTestLog(t, db);
  const faulty = losesAnswers(db);
  const activity = await log.open({ db: faulty.db });
  await append(activity, 3);
  faulty.loseNext();
  const lost = activity.commit(async () => ({ entries: [entry("test.lost")], result: null }));
  await t.throwsAsync(lost, { code: "LOG_UNAVAILABLE" });
  const after = await activity.commit(async () => ({ entries: [entry("test.after")], result: 1 }));
  t.is(after.first, 4);
  t.is((await readEntry(db, 3))?.entry["action"], "test.lost");
  await activity.close();
  t.is((await log.start()).size, 5);
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
