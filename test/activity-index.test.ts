import fc from "fast-check";
import { scanLog } from "../src/activity/ask/scan.ts";
import { pruneSegments } from "../src/activity/ask/segments/store.ts";
import { subtreesUpTo } from "../src/activity/ask/segments/subtrees.ts";
import { type EntryDraft, SYSTEM } from "../src/activity/entries/entry.ts";
import { insertRows } from "../src/db/bulk.ts";
import { migrateCore } from "../src/db/core/migrations.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { checkSubtrees, checkTables } from "./support/derived-tables.ts";
import { anyDraft, createIndexedLog } from "./support/indexed-log.ts";

onEveryDatabase("what is stored is what the form says, byte by byte", async (t, db) => {
  const log = await createIndexedLog(t, db);
  await log.append(oddDrafts());
  await log.append(fc.sample(anyDraft, { numRuns: 800, seed: 1 }));
  await log.index.settled();
  await checkTables(t, db, 0, 768);
});

onEveryDatabase("segments close at a multiple of 256, by entries or by postings", async (t, db) => {
  const log = await createIndexedLog(t, db, { entries: 1024, items: 15_000 });
  const many = (customer: string, to: number): EntryDraft => ({
    ...SYSTEM,
    action: "meters.enrolled",
    outcome: "ok",
    fields: { customer, from: 0, to },
  });
  const drafts = (count: number, to: number) =>
    Array.from({ length: count }, () => many("cus_a", to));
  await log.append([...drafts(1100, 0), ...drafts(300, 99), ...drafts(100, 0)]);
  await log.index.settled();
  const segments = await db("log_segments").orderBy("first").select("first", "last");
  t.deepEqual(segments, [
    { first: 0, last: 1024 },
    { first: 1024, last: 1280 },
  ]);
  await checkTables(t, db, 0, 1280);
});

onEveryDatabase("hashes of the second level come with their 256th tile", async (t, db) => {
  await migrateCore(db);
  const leaves = Array.from({ length: 65_536 + 512 }, (_, i) => Buffer.alloc(32, i % 251));
  await insertRows(
    db,
    "log_entries",
    ["idx", "body", "leaf_hash"],
    leaves.map((leaf, i) => [i, "", leaf]),
  );
  for (const end of [65_280, 65_792]) {
    const rows = await subtreesUpTo(db, end);
    await insertRows(
      db,
      "log_subtrees",
      ["level", "idx", "hash"],
      rows.map(({ level, idx, hash }) => [level, idx, hash]),
    );
    await checkSubtrees(t, db, end);
  }
  t.deepEqual(await db("log_subtrees").where({ level: 2 }).select("idx"), [{ idx: 0 }]);
});

onEveryDatabase("tables of another shape are dropped and made again at start", async (t, db) => {
  let log = await createIndexedLog(t, db);
  await log.append(fc.sample(anyDraft, { numRuns: 1100, seed: 9 }));
  await log.index.settled();
  await checkTables(t, db, 0, 1024);
  for (const damage of [
    () => db("log_segments").where({ first: 256 }).delete(),
    () => db("log_segments").where({ first: 0 }).delete(),
    () => db("log_segments").where({ first: 512 }).update({ last: 700 }),
    () =>
      db("log_segments")
        .where({ first: 512 })
        .update({ times: Buffer.from([0x80]) }),
    () => db("log_segments").insert({ first: 1024, last: 1280, times: Buffer.from([1]) }),
    () => db("log_segments").delete(),
  ]) {
    await damage();
    log = await log.restart();
    await log.index.settled();
    t.deepEqual(log.errors, []);
    await checkTables(t, db, 0, 1024);
  }
});

onEveryDatabase("rebuilding puts right whatever was edited", async (t, db) => {
  const log = await createIndexedLog(t, db);
  await log.append(fc.sample(anyDraft, { numRuns: 600, seed: 4 }));
  await log.index.settled();
  await db("log_index").where({ segment: 256 }).delete();
  await db("log_subtrees").update({ hash: Buffer.alloc(32) });
  await db("log_index").insert({ term: "x", segment: 9999, postings: Buffer.from([1]) });
  t.deepEqual(await log.index.rebuild(), { size: 600 });
  await checkTables(t, db, 0, 512);
});

onEveryDatabase("an index that cannot be written stops no entry and no answer", async (t, db) => {
  const log = await createIndexedLog(t, db);
  await db.schema.dropTable("log_subtrees");
  const drafts = fc.sample(anyDraft, { numRuns: 3000, seed: 7 });
  for (let at = 0; at < drafts.length; at += 250) {
    await log.append(drafts.slice(at, at + 250));
  }
  await log.index.settled();
  t.true(log.errors.length > 0);
  t.deepEqual(await db("log_segments").select(), []);
  const { items, size } = await log.index.ask({ actor: "tok_1" }, { limit: 1000, order: "desc" });
  t.is(size, 3000);
  const indices = drafts.flatMap(({ actor }, i) => (actor === "tok_1" ? [i] : [])).reverse();
  t.deepEqual(
    items.map(({ index }) => index),
    indices.slice(0, 1000),
  );
});

onEveryDatabase("what is pruned leaves the index in the same transaction", async (t, db) => {
  const log = await createIndexedLog(t, db, { entries: 512, items: 1_000_000 });
  await log.append(fc.sample(anyDraft, { numRuns: 1800, seed: 3 }));
  await log.index.settled();
  // In the middle of a segment, then between two.
  for (const below of [256, 768]) {
    const pruned = { ...SYSTEM, action: "log.pruned", outcome: "ok", fields: { below } } as const;
    await log.activity.commit(async (trx) => {
      await pruneSegments(trx, below);
      return { entries: [pruned], result: null };
    });
    const asked = await log.index.ask({ actor: "tok_1" }, { limit: 1000 });
    const question = { actor: "tok_1" };
    const page = { limit: 1000, after: below - 1 };
    t.deepEqual(asked, await scanLog(db, question, page, log.index.size));
    await log.index.settled();
    await checkTables(t, db, below, 1536);
  }
  const actors = log.index.terms("actor", null).items.reduce((sum, { count }) => sum + count, 0);
  t.is(actors, log.index.size - 768);
});

/** Entries that the form has a sentence about. */
function oddDrafts(): EntryDraft[] {
  const draft = (fields: EntryDraft["fields"]): EntryDraft => ({
    ...SYSTEM,
    action: "odd",
    outcome: "failed",
    code: "ODD",
    fields: fields!,
  });
  return [
    draft({
      customer: "cus_a",
      keys: [
        [5, 1],
        [0, 2],
        [251, 1, 3],
      ],
    }),
    draft({ customer: "cus_a", keys: [[5]] }),
    draft({ customer: "cus_a", keys: [] }),
    draft({ customer: 7, keys: [[5, 1]] }),
    draft({ keys: [[5, 1]] }),
    draft({ customer: "cus_a", from: 3, to: 2 }),
    draft({ customer: "cus_a", from: -3, to: 2 }),
    draft({ customer: "cus_a", from: "0", to: 2 }),
    draft({ customer: "cus_a", from: 0, to: 2 ** 24 - 1 }),
    draft({
      customer: "cus_a",
      from: 200,
      to: 900,
      keys: [
        [1, 1],
        [299, 1],
      ],
    }),
    draft({ customer: "cus_a", from: 0, to: 30 }),
    draft({ customer: "cus_a", from: 0, to: 31 }),
    draft({ token: "tok_x", recipient: "rcp_1", meter: ["mtr_1"], reference: "ß:1" }),
  ];
}
