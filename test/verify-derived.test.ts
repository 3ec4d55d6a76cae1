/**
 * What is derived from the log is held against it: index and hashes, on both databases.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import { packedBytes } from "../src/activity/ask/segments/leb128.ts";
import { addEntry, createSegment, segmentRows } from "../src/activity/ask/segments/segment.ts";
import type { Fields } from "../src/activity/ask/segments/terms.ts";
import { parseMicroseconds } from "../src/activity/entries/entry-text.ts";
import { leafHash } from "../src/activity/hashing.ts";
import { verifyIndex } from "../src/activity/verify/derived/derived-index.ts";
import {
  createTreeLevels,
  verifySubtrees,
} from "../src/activity/verify/derived/derived-subtrees.ts";
import { createFindings } from "../src/activity/verify/log-problem.ts";
import { storedLog } from "../src/activity/verify/stored-log.ts";
import { verifyLog } from "../src/activity/verify/verify.ts";
import { type Knex, openDatabase } from "../src/db/open.ts";
import { freshDatabase, onEveryDatabase } from "./support/databases.ts";
import { DERIVED_CHANGES } from "./support/derived-changes.ts";
import { ENTRIES, fill, PRUNED, TABLES } from "./support/stored-log.ts";
import { backUp, dropTriggers } from "./support/tamper.ts";

/** `INDEX CODE`, as `log verify` finds them. */
async function found(db: Knex, key: Parameters<typeof verifyLog>[1]): Promise<string[]> {
  const levels = createTreeLevels();
  const log = await verifyLog(storedLog(db), key, { completed: levels.completed });
  const { report, isClean, list } = createFindings();
  for (const { index, code, detail } of log.problems) {
    report(index, code, detail);
  }
  const { isRight, end } = isClean()
    ? await verifyIndex(db, log, report)
    : { isRight: false, end: 0 };
  if (isRight) {
    await verifySubtrees(db, levels, { end, size: log.size }, report);
  }
  return list().map(({ index, code }) => `${index} ${code}`);
}

onEveryDatabase("index and hashes verify, and every change has its first index", async (t, db) => {
  const { key } = await fill(db, ENTRIES);
  t.deepEqual(await found(db, key), []);
  const restore = await backUp(db, TABLES);
  for (const [title, first, run] of DERIVED_CHANGES) {
    await run(db);
    t.is((await found(db, key))[0], first, title);
    await restore();
  }
  t.deepEqual(await found(db, key), []);
});

onEveryDatabase("an index may stop anywhere, or not be there at all", async (t, db) => {
  const { key } = await fill(db, ENTRIES);
  await db("log_segments").where({ first: 512 }).delete();
  await db("log_index").where({ segment: 512 }).delete();
  await db("log_subtrees").where("idx", ">=", 2).delete();
  t.deepEqual(await found(db, key), []);
  await Promise.all(TABLES.map((table) => db(table).delete()));
  t.deepEqual(await found(db, key), []);
});

onEveryDatabase(
  "entries that log.pruned covers may be empty, their index begins there",
  async (t, db) => {
    const { key } = await fill(db, PRUNED, 256);
    await dropTriggers(db);
    const empty = (to: number) => db("log_entries").where("idx", "<", to).update({ body: "" });
    await empty(256);
    t.deepEqual(await found(db, key), []);
    await db("log_entries")
      .where({ idx: 9 })
      .update({ leaf_hash: Buffer.alloc(32) });
    t.is((await found(db, key))[0], "9 ENTRY_CHANGED");
    await db("log_entries")
      .where({ idx: 9 })
      .update({ leaf_hash: Buffer.from(leafHash(ENTRIES[9]!)) });
    await empty(300);
    const problems = await found(db, key);
    t.is(problems[0], "256 ENTRY_MISSING");
  },
);

test("docs/log-format.md: known answers of terms and postings", (t: ExecutionContext) => {
  const segment = createSegment(0);
  const at = parseMicroseconds("2026-01-02T03:04:05.678901Z");
  const base = { actor: "a", action: "x", outcome: "ok" };
  const entries = new Map<number, Fields>([
    [
      0,
      {
        ...base,
        customer: "c",
        keys: [
          [255, 1],
          [1, 1],
          [0, 2],
        ],
      },
    ],
    [3, { ...base, outcome: "refused", code: "NO", from: 0, to: 1 }],
    [200, { ...base, customer: "c", from: 256, to: 288, code: 7, keys: [[1]] }],
    [201, { ...base, customer: "c", from: 0, to: 255, meter: null, token: "t" }],
  ]);
  for (let offset = 0; offset <= 201; offset++) {
    addEntry(segment, at + offset, entries.get(offset) ?? {});
  }
  const full = [0x80, 0x02, ...new Uint8Array(32).fill(255)];
  const rows = segmentRows(segment).map(([term, bytes]) => [term, [...bytes]]);
  t.deepEqual(Object.fromEntries(rows), {
    "actor:a": [1, 3, 0xc5, 0x01, 1],
    "action:x": [1, 3, 0xc5, 0x01, 1],
    "customer:c": [1, 0xc8, 0x01, 1],
    "keys:c:0": [1, 1, 255, 0xc9, 0x01, ...full],
    "keys:c:1": [1, 1, 0, 0xc8, 0x01, 33, 255, 255, 255, 255, 1, ...new Uint8Array(27)],
    "outcome:refused": [4],
    "code:NO": [4],
    "token:t": [0xca, 0x01],
  });
  const times = [...packedBytes(segment.times)];
  const first = [0xb5, 0x9e, 0xdd, 0xb2, 0xef, 0xeb, 0x91, 0x03];
  t.deepEqual(times, [...first, ...new Uint8Array(201).fill(1)]);
});

test("SQLite: values of another type in a column are found, and nothing breaks", async (t) => {
  for (const [first, sql] of [
    ["7 ENTRY_CHANGED", "UPDATE log_entries SET leaf_hash = 'text' WHERE idx = 7"],
    ["7 ENTRY_CHANGED", "UPDATE log_entries SET body = x'ff00' WHERE idx = 7"],
    ["0 CHECKPOINT_SIGNATURE", "UPDATE log_checkpoints SET note = x'00'"],
    ["0 INDEX_CHANGED", "UPDATE log_segments SET times = 'text' WHERE first = 0"],
    ["0 INDEX_CHANGED", "UPDATE log_segments SET last = 'text' WHERE first = 0"],
    ["512 INDEX_CHANGED", "DELETE FROM log_index WHERE segment = 512 AND term < 'b'"],
    ["512 INDEX_CHANGED", "UPDATE log_index SET postings = 5 WHERE segment = 512"],
    ["", "UPDATE log_checkpoints SET leaf_hashes = 'text'"],
    ["256 TILE_CHANGED", "UPDATE log_subtrees SET hash = 'text' WHERE idx = 1"],
  ] as const) {
    const db = openDatabase(await freshDatabase(t, "sqlite"));
    t.teardown(() => db.destroy());
    const { key } = await fill(db, ENTRIES);
    await dropTriggers(db);
    await db.raw(sql);
    const problems = await found(db, key);
    t.is(problems[0] ?? "", first, sql);
  }
});
