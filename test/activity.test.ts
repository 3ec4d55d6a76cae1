import { existsSync, readFileSync, renameSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519.js";
import { ActivityError } from "../src/activity/activity.ts";
import { openCheckpoint } from "../src/activity/hashing.ts";
import { dialectOf, type Knex } from "../src/db/open.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { append, createTestLog, entry } from "./support/log.ts";

onEveryDatabase("200 works at once: gapless, in call order, one failure alone", async (t, db) => {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await db.schema.createTable("trial", (table) => {
    table.integer("n").primary();
  });
  const works = Array.from({ length: 200 }, (_, n) =>
    activity.commit(async (trx) => {
      await trx("trial").insert({ n });
      if (n === 77) {
        throw new RangeError("work 77");
      }
      return { entries: [entry("test.a", { n }), entry("test.b", { n })], result: n };
    }),
  );
  const settled = await Promise.allSettled(works);
  let next = 0;
  for (const [n, outcome] of settled.entries()) {
    if (n === 77) {
      t.is(outcome.status === "rejected" && outcome.reason.message, "work 77");
    } else {
      const committed = outcome.status === "fulfilled" ? outcome.value : null;
      t.deepEqual(committed, { result: n, first: next, size: next + 2 });
      next += 2;
    }
  }
  const rows: { idx: number; body: string }[] = await db("log_entries").orderBy("idx").select();
  t.deepEqual(
    rows.map(({ idx }) => idx),
    Array.from({ length: 398 }, (_, i) => i),
  );
  const entries = rows.map(({ body }) => JSON.parse(body));
  t.deepEqual(
    entries.map(({ n }) => n),
    settled.flatMap((_, n) => (n === 77 ? [] : [n, n])),
  );
  t.true(entries.every(({ at }, i) => i === 0 || entries[i - 1].at < at));
  t.deepEqual(await db("trial").where({ n: 77 }).select(), []);
  t.is((await db("trial").select()).length, 199);
});

onEveryDatabase("an entry that is too long or no JSON is refused with its work", async (t, db) => {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  for (const value of ["x".repeat(70_000), 0.5, "\ud800"]) {
    const work = activity.commit(async () => ({
      entries: [entry("test.bad", { value })],
      result: null,
    }));
    await t.throwsAsync(work, { instanceOf: RangeError });
  }
  await append(activity, 1);
  t.is((await activity.checkpoint()).size, 1);
});

onEveryDatabase("the log's tables take nothing but the next row", async (t, db) => {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 5);
  await activity.checkpoint();
  const before = await dump(db);
  const values = (idx: number) => `(idx, body, leaf_hash) VALUES (${idx}, '{}', '')`;
  const attacks = [
    "UPDATE log_entries SET body = '{}' WHERE idx = 2",
    "DELETE FROM log_entries WHERE idx = 2",
    "DELETE FROM log_entries",
    `INSERT INTO log_entries ${values(7)}`,
    `INSERT INTO log_entries ${values(-1)}`,
    `INSERT INTO log_entries ${values(2)}`,
    `INSERT INTO log_entries ${values(2)} ON CONFLICT (idx) DO UPDATE SET body = '{}'`,
    "UPDATE log_checkpoints SET note = ''",
    "DELETE FROM log_checkpoints",
    "INSERT INTO log_checkpoints (size, note, leaf_hashes) VALUES (4, '', '')",
    ...(dialectOf(db) === "sqlite"
      ? [
          `INSERT OR REPLACE INTO log_entries ${values(2)}`,
          `REPLACE INTO log_entries ${values(4)}`,
          "INSERT OR REPLACE INTO log_checkpoints (size, note, leaf_hashes) VALUES (5, '', '')",
          "UPDATE OR REPLACE log_entries SET idx = 3 WHERE idx = 2",
        ]
      : ["TRUNCATE log_entries", "TRUNCATE log_checkpoints"]),
  ];
  for (const attack of attacks) {
    const error = await t.throwsAsync(db.raw(attack), undefined, attack);
    t.regex(error?.message ?? "", /insert-only/, attack);
  }
  t.deepEqual(await dump(db), before);
});

onEveryDatabase("a checkpoint is signed, stored and lies in the head store", async (t, db) => {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 3);
  const { size, root, note } = await activity.checkpoint();
  t.is(size, 3);
  const head = openCheckpoint(note, log.key);
  t.deepEqual({ ...head, root: hex(head?.root) }, { origin: "log.test", size, root: hex(root) });
  const [text, line = ""] = note.split("\n\n") as [string, string];
  const signature = Buffer.from(line.split(" ")[2] ?? "", "base64").subarray(4);
  t.true(ed25519.verify(signature, Buffer.from(`${text}\n`), log.key.publicKey));
  t.is(readFileSync(log.headStore, "utf8"), note);
  const [row] = await db("log_checkpoints").where({ size }).select();
  t.is(row.note, note);
  const leaves: { leaf_hash: Buffer }[] = await db("log_entries").orderBy("idx").select();
  t.deepEqual(row.leaf_hashes, Buffer.concat(leaves.map((leaf) => leaf.leaf_hash)));
  t.is((await activity.checkpoint()).note, note);
  t.is((await db("log_checkpoints").select()).length, 1);
});

onEveryDatabase("checkpoints among commits cover every leaf hash once", async (t, db) => {
  const log = await createTestLog(t, db, 20);
  const activity = await log.open();
  const signing: Promise<unknown>[] = [];
  for (let i = 0; i < 20; i++) {
    signing.push(activity.checkpoint());
    await append(activity, 3);
  }
  await Promise.all(signing);
  await activity.checkpoint();
  const copies: { size: number; leaf_hashes: Buffer }[] = await db("log_checkpoints")
    .orderBy("size")
    .select();
  t.true(copies.length > 2);
  let from = 0;
  for (const { size, leaf_hashes } of copies) {
    t.is(leaf_hashes.length, (size - from) * 32);
    from = size;
  }
  const leaves: { leaf_hash: Buffer }[] = await db("log_entries").orderBy("idx").select();
  const all = Buffer.concat(leaves.map((leaf) => leaf.leaf_hash));
  t.deepEqual(Buffer.concat(copies.map((copy) => copy.leaf_hashes)), all);
});

onEveryDatabase("a checkpoint comes by itself while the log grows", async (t, db) => {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 2);
  while (!existsSync(log.headStore)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  t.is(openCheckpoint(readFileSync(log.headStore, "utf8"), log.key)?.size, 2);
});

onEveryDatabase("a head store that was away is written once it is back", async (t, db) => {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 1);
  const folder = log.headStore.replace(/\/[^/]+$/, "");
  renameSync(folder, `${folder}-away`);
  await t.throwsAsync(activity.checkpoint());
  renameSync(`${folder}-away`, folder);
  const { note } = await activity.checkpoint();
  t.is(readFileSync(log.headStore, "utf8"), note);
});

onEveryDatabase("a log goes on where it was closed, and closes for good", async (t, db) => {
  const log = await createTestLog(t, db);
  const first = await log.open();
  await append(first, 3);
  await first.close();
  t.is(openCheckpoint(readFileSync(log.headStore, "utf8"), log.key)?.size, 3);
  await t.throwsAsync(append(first, 1), { instanceOf: ActivityError });
  const second = await log.open();
  await append(second, 4);
  const { size, root } = await second.checkpoint();
  await second.close();
  const found = await log.start();
  t.is(size, 7);
  t.deepEqual(found.tree.root(), root);
  t.deepEqual([found.size, found.unsigned.length, found.checkpoint?.size], [7, 0, 7]);
});

onEveryDatabase(
  "entries after the last checkpoint, as a crash leaves them, are fine",
  async (t, db) => {
    const log = await createTestLog(t, db);
    const crashed = await log.open();
    await append(crashed, 2);
    await crashed.checkpoint();
    await append(crashed, 3);
    const found = await log.start();
    t.deepEqual([found.size, found.unsigned.length, found.checkpoint?.size], [5, 3, 2]);
    const next = await log.open();
    await append(next, 1);
    t.is((await next.checkpoint()).size, 6);
    t.is((await log.start()).unsigned.length, 0);
  },
);

onEveryDatabase("two writers cannot fork the log", async (t, db) => {
  const log = await createTestLog(t, db);
  const first = await log.open();
  const second = await log.open();
  await append(first, 1);
  await t.throwsAsync(append(second, 1), { instanceOf: ActivityError });
  await append(first, 1);
  t.is((await db("log_entries").select()).length, 2);
});

onEveryDatabase("a log that cannot be written is LOG_UNAVAILABLE, and recovers", async (t, db) => {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 1);
  await db.schema.renameTable("log_entries", "elsewhere");
  const error = await t.throwsAsync(append(activity, 1), { instanceOf: ActivityError });
  t.is(error?.code, "LOG_UNAVAILABLE");
  await db.schema.renameTable("elsewhere", "log_entries");
  await append(activity, 1);
  t.is((await activity.checkpoint()).size, 2);
});

function hex(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("hex");
}

async function dump(db: Knex): Promise<unknown> {
  return [await db("log_entries").orderBy("idx").select(), await db("log_checkpoints").select()];
}
