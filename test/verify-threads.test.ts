/**
 * A verification says the same whether threads read ahead of it or not.
 *
 * @module
 */
import { cpSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { leafHash } from "../src/activity/hashing.ts";
import { verifyIndex } from "../src/activity/verify/derived/derived-index.ts";
import { directoryFiles } from "../src/activity/verify/files/directory-files.ts";
import { verifyFiles } from "../src/activity/verify/files/verify-files.ts";
import { createFindings } from "../src/activity/verify/log-problem.ts";
import { storedLog } from "../src/activity/verify/stored-log.ts";
import { openAhead, planRuns } from "../src/activity/verify/threads/ahead.ts";
import { type Crew, openCrew, type ThreadData } from "../src/activity/verify/threads/crew.ts";
import type { Run, SoundRun } from "../src/activity/verify/threads/run-reader.ts";
import { type EntryVisitor, verifyLog } from "../src/activity/verify/verify.ts";
import type { DatabaseLocation, Knex } from "../src/db/open.ts";
import { onEveryDatabase, temporaryFolder } from "./support/databases.ts";
import { DERIVED_CHANGES } from "./support/derived-changes.ts";
import { CHANGES, editEntry as editFile, ENTRIES as FILE_ENTRIES } from "./support/file-changes.ts";
import { createSigner, entryTexts, type FilesLog, writeLog } from "./support/log-tree.ts";
import { ENTRIES, fill, PRUNED, SIZE, TABLES } from "./support/stored-log.ts";
import { backUp, dropTriggers, editEntry, swapEntries } from "./support/tamper.ts";

type Key = Parameters<typeof verifyLog>[1];

/** Sees everything, and may be shown sums of what lies below 512. */
function recorder() {
  const seen: string[] = [];
  const actors = new Map<string, number>();
  const count = (actor: unknown, times: number) =>
    actors.set(String(actor), (actors.get(String(actor)) ?? 0) + times);
  const some: EntryVisitor = {
    actions: new Set(["test.seen", "log.pruned"]),
    visit: (index, entry) => seen.push(`${index} ${entry["action"]} ${entry["n"]}`),
    finish: async () => [],
  };
  const all: EntryVisitor = {
    visit: (_, entry) => count(entry["actor"], 1),
    sums: {
      until: 512,
      fields: ["actor", "code"],
      add({ counts }) {
        for (const [fields, times] of counts) {
          count(fields["actor"], times);
        }
      },
    },
    finish: async () => [],
  };
  return { visitors: [some, all], said: () => ({ seen, actors: Object.fromEntries(actors) }) };
}

type Open = NonNullable<Parameters<typeof openAhead>[1]["open"]>;

/** Threads that serve every verification of a test. */
function shared(t: ExecutionContext, location: DatabaseLocation) {
  let crew: ReturnType<Open> = null;
  t.teardown(() => crew?.close());
  const counted = ["actor", "code"];
  const open: Open = (_, data) => {
    const actions = "wanted" in data ? data.wanted.actions : new Set<string>();
    crew ??= openCrew({ location, wanted: { actions, counted } }, 2);
    return { ...crew, close: async () => undefined };
  };
  return { location, open };
}

/** All that a verification says; with `threads` they read ahead. */
async function said(
  db: Knex,
  key: Key,
  threads: ReturnType<typeof shared> | null,
  seesAll: boolean,
) {
  const { visitors, said: seen } = recorder();
  const own = seesAll ? visitors : visitors.slice(0, 1);
  const ahead =
    threads === null ? null : await openAhead(db, { ...threads, visitors: own, withIndex: true });
  const completed: string[] = [];
  const log = await verifyLog(storedLog(db), key, {
    visitors: own,
    ahead,
    completed: (level, hash) => completed.push(`${level} ${Buffer.from(hash).toString("hex")}`),
  }).finally(() => ahead?.crew.close());
  const { report, list } = createFindings();
  const index = await verifyIndex(db, log, report);
  const { size, lastAt, pruned, problems, indexed } = log;
  const rest = { size, lastAt, pruned, problems, index, found: list(), completed, ...seen() };
  const root = Buffer.from(log.tree.root()).toString("hex");
  const unsigned = log.unsigned.map((leaf) => Buffer.from(leaf).toString("hex"));
  return { all: { ...rest, root, unsigned, at: log.checkpoint?.size }, vouched: [...indexed] };
}

const emptyTo = (to: number) => (db: Knex) =>
  db("log_entries").where("idx", "<", to).update({ body: "" });

const CHANGED: readonly (readonly [string, (db: Knex) => Promise<unknown>])[] = [
  ["an entry and its leaf hash are edited", (db) => editEntry(db, 300, "system", "sistem")],
  ["an entry is edited", (db) => editEntry(db, 700, "system", "sistem", false)],
  ["an entry is not canonical", (db) => editEntry(db, 20, ",", ", ")],
  ["an entry has two lines", (db) => editEntry(db, 20, ",", ",\n")],
  ["two entries are exchanged", (db) => swapEntries(db, 511, 512)],
  ["an entry is gone", (db) => db("log_entries").where({ idx: 600 }).delete()],
  ["the first is gone", (db) => db("log_entries").where({ idx: 0 }).delete()],
  ["the last of a run is gone", (db) => db("log_entries").where({ idx: 511 }).delete()],
  ["all but some are gone", (db) => db("log_entries").whereBetween("idx", [9, 1090]).delete()],
  ["a leaf hash is another", (db) => db("log_entries").where({ idx: 5 }).update(leafOf("x"))],
  ["a leaf hash is short", (db) => db("log_entries").where({ idx: 5 }).update(leafOf("x", 31))],
  ["entries are emptied", emptyTo(256)],
  ["the checkpoint is not signed", (db) => db("log_checkpoints").update({ note: "x" })],
  [
    "the copies of leaf hashes are others",
    (db) => db("log_checkpoints").update({ leaf_hashes: Buffer.alloc(SIZE * 32) }),
  ],
];

function leafOf(text: string, length = 32) {
  return { leaf_hash: Buffer.from(leafHash(text)).subarray(0, length) };
}

onEveryDatabase("a stored log is found to be the same with threads", async (t, db, location) => {
  const entries = PRUNED.with(100, PRUNED[100]!.replace("test.n", "test.seen"));
  const { key } = await fill(db, entries);
  await dropTriggers(db);
  const threads = shared(t, location);
  const whole = await said(db, key, threads, false);
  t.deepEqual(whole.all, (await said(db, key, null, false)).all);
  t.deepEqual(whole.all.seen, ["100 test.seen 100", "1050 log.pruned 1050"]);
  // It was the threads that looked.
  t.deepEqual(whole.vouched, [
    [0, 512],
    [512, 1024],
  ]);
  const restore = await backUp(db, [...TABLES, "log_entries", "log_checkpoints"]);
  for (const [title, run] of CHANGED) {
    await run(db);
    for (const seesAll of [false, true]) {
      const alone = await said(db, key, null, seesAll);
      t.deepEqual((await said(db, key, threads, seesAll)).all, alone.all, title);
    }
    await restore();
  }
  for (const [title, , run] of DERIVED_CHANGES) {
    await run(db);
    const alone = await said(db, key, null, false);
    t.deepEqual((await said(db, key, threads, false)).all, alone.all, title);
    await restore();
  }
});

onEveryDatabase("heads anywhere in a log are met with threads, too", async (t, db, location) => {
  const { key, head } = await fill(db, ENTRIES);
  await dropTriggers(db);
  const threads = shared(t, location);
  const sizes = [1, 255, 256, 257, 300, 512, 513, 800, 1024];
  for (const [i, size] of sizes.entries()) {
    const before = sizes[i - 1] ?? 0;
    const leaf_hashes = Buffer.concat(ENTRIES.slice(before, size).map((one) => leafHash(one)));
    await db("log_checkpoints").insert({ size, note: head(ENTRIES, size), leaf_hashes });
  }
  const last = Buffer.concat(ENTRIES.slice(1024).map((one) => leafHash(one)));
  await db("log_checkpoints").where({ size: SIZE }).update({ leaf_hashes: last });
  t.deepEqual((await said(db, key, threads, true)).all.problems, []);
  for (const idx of [0, 256, 299, 600, 1023, 1050]) {
    const restore = await backUp(db, ["log_entries"]);
    await editEntry(db, idx, '"v":1', '"v":2');
    const alone = await said(db, key, null, true);
    t.deepEqual((await said(db, key, threads, true)).all, alone.all);
    t.like(alone.all.problems[0], { index: idx, code: "ENTRY_CHANGED" });
    await restore();
  }
  await db("log_checkpoints").where("size", ">", 512).delete();
  const open = await said(db, key, threads, false);
  t.is(open.all.unsigned.length, SIZE - 512);
  t.deepEqual(open.all, (await said(db, key, null, false)).all);
});

/** The findings of a directory, alone and with a crew. */
async function inFiles({ dir, signer }: FilesLog, crew: Crew<Run, SoundRun> | null) {
  const kept = [{ what: "given checkpoint", note: signer.head(FILE_ENTRIES, 300) }];
  return await verifyFiles(directoryFiles(dir), signer.key, { outside: kept, crew: () => crew });
}

const crewOn = (data: ThreadData) => openCrew<Run, SoundRun>(data, 2);

test("a directory is found to be the same with threads", async (t) => {
  const whole = writeLog(t, FILE_ENTRIES);
  for (const { title, run } of CHANGES) {
    const log = { ...whole, dir: temporaryFolder(t) };
    cpSync(whole.dir, log.dir, { recursive: true });
    run(log);
    const alone = await inFiles(log, null);
    t.deepEqual(await inFiles(log, crewOn({ directory: log.dir })), alone, title);
  }
});

test("of a longer directory what is changed in one run is found, and only that", async (t) => {
  const log = writeLog(t, entryTexts(9000), createSigner());
  const verify = async (crew: Crew<Run, SoundRun> | null) =>
    (await verifyFiles(directoryFiles(log.dir), log.signer.key, { crew: () => crew })).problems;
  t.deepEqual(await verify(crewOn({ directory: log.dir })), []);
  editFile(log, 5000, '"n":5000', '"n":5001');
  const problems = await verify(crewOn({ directory: log.dir }));
  t.is(problems.length, 1);
  t.like(problems[0], { index: 5000, code: "ENTRY_CHANGED" });
  t.deepEqual(problems, await verify(null));
});

test("threads that cannot read leave it to the walk", async (t) => {
  const log = writeLog(t, FILE_ENTRIES);
  const alone = await inFiles(log, null);
  t.deepEqual(await inFiles(log, crewOn({ directory: `${log.dir}/none` })), alone);
});

test("runs are whole tiles, cut where segments are, whatever the table says", (t) => {
  const segment = (first: number, last: number) => ({ first, last });
  const plan = (...args: Parameters<typeof planRuns>) =>
    planRuns(...args).map(({ first, last, isSegment }) => [first, last, isSegment]);
  t.deepEqual(plan([], 300), [[0, 256, false]]);
  t.deepEqual(plan([segment(0, 512), segment(512, 1024)], 1100), [
    [0, 512, true],
    [512, 1024, true],
  ]);
  t.deepEqual(plan([segment(512, 768), segment(600, 856), segment(512, 1024)], 9000), [
    [0, 512, false],
    [512, 768, true],
    [768, 4864, false],
    [4864, 8960, false],
  ]);
  const wrong = [segment(-256, 0), segment(256, 0), segment(0, 2 ** 40), segment(0, 0.5)];
  t.deepEqual(plan(wrong, 512), [[0, 512, false]]);
});
