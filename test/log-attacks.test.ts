/**
 * A log that is rolled back, cut or forked while it is open locks itself: nothing more is
 * recorded or released, nothing is signed, and the reason can be asked for.
 *
 * @module
 */
import { mkdirSync, readFileSync, rmdirSync } from "node:fs";
import type { ExecutionContext } from "ava";
import type { LockCode } from "../src/activity/activity.ts";
import { HEAD_STORE_GRACE_MS } from "../src/activity/append/checkpointer.ts";
import { openCheckpoint } from "../src/activity/hashing.ts";
import type { Knex } from "../src/db/open.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { append, createTestLog, entry, isLocked } from "./support/log.ts";
import { backUp, dropTriggers, editEntry } from "./support/tamper.ts";

interface Attack {
  readonly title: string;
  readonly code: LockCode;
  run(db: Knex, restore: () => Promise<void>): Promise<unknown>;
}

/** The log has six entries; a backup was made at three. */
const ATTACKS: readonly Attack[] = [
  { title: "an older backup is put back", code: "LOG_HEAD_BEHIND", run: (_db, put) => put() },
  {
    title: "an older backup is put back and filled up to the same size",
    code: "LOG_FORKED",
    async run(db, put) {
      await put();
      const rows = await db("log_entries").orderBy("idx").select();
      await db("log_entries").insert(rows.map((row) => ({ ...row, idx: row.idx + 3 })));
      await db("log_head").update({ size: 6 });
    },
  },
  {
    title: "the last entry is deleted",
    code: "LOG_HEAD_BEHIND",
    run: (db) => db("log_entries").where({ idx: 5 }).delete(),
  },
  {
    title: "the last entry is deleted and the head row set back",
    code: "LOG_HEAD_BEHIND",
    async run(db) {
      await db("log_entries").where({ idx: 5 }).delete();
      await db("log_head").update({ size: 5 });
    },
  },
  {
    title: "the last entry is edited with its leaf hash",
    code: "LOG_FORKED",
    run: (db) => editEntry(db, 5, '"ok"', '"no"'),
  },
  {
    title: "an entry is slipped in at the end",
    code: "LOG_HEAD_AHEAD",
    run: (db) => db("log_entries").insert({ idx: 6, body: "{}", leaf_hash: Buffer.alloc(32) }),
  },
  {
    title: "all of it is deleted",
    code: "LOG_HEAD_BEHIND",
    async run(db) {
      await db("log_entries").delete();
      await db("log_checkpoints").delete();
      await db("log_head").delete();
    },
  },
];

for (const { title, code, run } of ATTACKS) {
  onEveryDatabase(`${title} under the open log: ${code}`, async (t, db) => {
    const { log, activity, restore, letSign } = await opened(t, db);
    letSign();
    await activity.checkpoint();
    const head = readFileSync(log.headStore, "utf8");
    await dropTriggers(db);
    await run(db, restore);
    const before = await contents(db);
    t.is(activity.lock(), null);
    await isLocked(t, activity, code);
    t.deepEqual(await contents(db), before, "nothing was written over what was found");
    t.is(readFileSync(log.headStore, "utf8"), head);
  });

  onEveryDatabase(`${title} before the head is signed: it is not signed`, async (t, db) => {
    const { log, activity, restore, letSign } = await opened(t, db);
    await dropTriggers(db);
    await run(db, restore);
    const before = await contents(db);
    letSign();
    if (title.includes("slipped in")) {
      // Nothing is wrong below it: what was appended is signed, and what was not is not.
      t.is((await activity.checkpoint()).size, 6);
      return;
    }
    await t.throwsAsync(activity.checkpoint(), { code: "LOG_LOCKED" });
    t.is(activity.lock()?.code, code);
    t.deepEqual(await contents(db), before);
    // The head store has what was answered for, and so the next start finds out, too.
    await activity.close().catch(() => undefined);
    const kept = openCheckpoint(readFileSync(log.headStore, "utf8"), log.key);
    t.is(kept?.size, 6);
    t.is(Buffer.from(kept?.root ?? []).toString("base64"), activity.head().root);
    await t.throwsAsync(log.start(), { code: "LOG_REFUSED" });
  });
}

onEveryDatabase(
  "an edit further down is not seen while the core runs, at start it is",
  async (t, db) => {
    const { log, activity, letSign } = await opened(t, db);
    letSign();
    await dropTriggers(db);
    await editEntry(db, 2, '"ok"', '"no"');
    await append(activity, 1);
    await activity.close();
    t.is(activity.lock(), null);
    await t.throwsAsync(log.start(), { code: "LOG_REFUSED", message: /from index 2 on/ });
  },
);

onEveryDatabase(
  "two cores on one database: one goes on, nothing that was answered is lost",
  async (t, db) => {
    const log = await createTestLog(t, db);
    const cores = [await log.open(), await log.open()] as const;
    const answered: number[] = [];
    const works = cores.flatMap((core, of) =>
      Array.from({ length: 50 }, async (_, n) => {
        // In turns, so that the two meet.
        await new Promise((resolve) => setTimeout(resolve, n));
        const work = async () => ({ entries: [entry("test.n", { of, n })], result: null });
        const done = await core.commit(work).catch(() => null);
        return done === null ? null : { of, n, first: done.first };
      }),
    );
    const done = (await Promise.all(works)).filter((one) => one !== null);
    const locked = cores.filter((core) => core.lock() !== null);
    t.is(locked.length, 1);
    t.is(locked[0]?.lock()?.code, "LOG_HEAD_AHEAD");
    const rows: { idx: number; body: string }[] = await db("log_entries").orderBy("idx").select();
    for (const { of, n, first } of done) {
      t.like(JSON.parse(rows[first]?.body ?? "{}"), { of, n });
      answered.push(first);
    }
    t.is(new Set(answered).size, rows.length, "every entry was answered for once");
    await Promise.allSettled(cores.map((core) => core.close()));
    t.is((await log.start()).size, rows.length);
  },
);

onEveryDatabase("a core does not sign below what another one has signed", async (t, db) => {
  const log = await createTestLog(t, db);
  const first = await log.open();
  await append(first, 3);
  const second = await log.open();
  await append(second, 1);
  const { note } = await second.checkpoint();
  await t.throwsAsync(first.checkpoint(), { code: "LOG_LOCKED" });
  t.is(first.lock()?.code, "LOG_HEAD_AHEAD");
  t.is(readFileSync(log.headStore, "utf8"), note);
  t.deepEqual((await log.start()).checkpoint?.note, note);
});

onEveryDatabase("a locked log that nobody writes to is noticed by itself", async (t, db) => {
  const { activity, restore, letSign } = await opened(t, db);
  letSign();
  await dropTriggers(db);
  await restore();
  while (activity.lock() === null) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  t.is(activity.lock()?.code, "LOG_HEAD_BEHIND");
});

onEveryDatabase(
  "a head store that stays away stops the log, and its return opens it",
  async (t, db) => {
    const log = await createTestLog(t, db);
    let now = Date.UTC(2026, 0, 1) * 1000;
    const activity = await log.open({ clock: () => now++ });
    await append(activity, 1);
    // Where the new file would be made: as good as a full disk, and root cannot write it either.
    mkdirSync(`${log.headStore}.tmp`);
    const away = { code: "LOG_UNAVAILABLE", message: /head store .*\(EISDIR\)/ };
    await t.throwsAsync(activity.checkpoint(), away);
    await append(activity, 1);
    t.is(activity.lock(), null);
    now += HEAD_STORE_GRACE_MS * 1000;
    await t.throwsAsync(activity.checkpoint(), away);
    t.is(activity.lock()?.code, "LOG_HEAD_STORE");
    await t.throwsAsync(append(activity, 1), { code: "LOG_UNAVAILABLE", message: /5 minutes/ });
    rmdirSync(`${log.headStore}.tmp`);
    const { note } = await activity.checkpoint();
    t.is(activity.lock(), null);
    t.is(readFileSync(log.headStore, "utf8"), note);
    await append(activity, 1);
    t.is(activity.head().size, 3);
  },
);

/**
 * Three entries under a signed head, a backup of them, and three more that are not signed before
 * `letSign`.
 */
async function opened(t: ExecutionContext, db: Knex) {
  const log = await createTestLog(t, db);
  let closed: Promise<void> = Promise.resolve();
  const activity = await log.open({ signing: () => closed });
  await append(activity, 3);
  await activity.checkpoint();
  const restore = await backUp(db);
  let letSign: () => void = () => undefined;
  closed = new Promise((resolve) => {
    letSign = resolve;
  });
  await append(activity, 3);
  return { log, activity, restore, letSign };
}

async function contents(db: Knex): Promise<unknown> {
  return await Promise.all(
    ["log_entries", "log_checkpoints", "log_head"].map((table) => db(table).select()),
  );
}
