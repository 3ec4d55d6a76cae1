/**
 * The parts of pruning: where it may end, and how often the log names somebody.
 *
 * @module
 */
import { mentionsOf } from "../src/activity/ask/mentions.ts";
import { pruneSegments } from "../src/activity/ask/segments/store.ts";
import { formatMicroseconds, parseMicroseconds } from "../src/activity/entries/entry-text.ts";
import { boundaryBelow, firstSince, timeOf } from "../src/activity/retention/boundary.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { createTestLog, entry } from "./support/log.ts";

const TIMES = Buffer.from([0]);

onEveryDatabase("a prune ends at a whole bundle and within no segment", async (t, db) => {
  await createTestLog(t, db);
  t.is(await boundaryBelow(db, 1000), 768);
  t.is(await boundaryBelow(db, 255), 0);
  for (const [first, last] of [
    [0, 512],
    [512, 1280],
    [1280, 1536],
  ]) {
    await db("log_segments").insert({ first, last, times: TIMES });
    await db("log_index").insert({ term: "action:x", segment: first, postings: TIMES });
  }
  for (const [index, end] of [
    [511, 0],
    [512, 512],
    [1279, 512],
    [1280, 1280],
    [1535, 1280],
    [1536, 1536],
    [2000, 1792],
  ] as const) {
    t.is(await boundaryBelow(db, index), end, String(index));
  }
  await db.transaction((trx) => pruneSegments(trx, 1280));
  t.deepEqual(await db("log_segments").select("first"), [{ first: 1280 }]);
  t.deepEqual(await db("log_index").select("segment"), [{ segment: 1280 }]);
});

onEveryDatabase("the first entry since a time is found by its own time", async (t, db) => {
  const log = await createTestLog(t, db);
  let now = 1_700_000_000_000_000;
  const activity = await log.open({ clock: () => (now += 1_000_000) });
  const entries = Array.from({ length: 50 }, (_, n) => entry("test.n", { n }));
  await activity.commit(async () => ({ entries, result: null }));
  for (const index of [0, 1, 17, 49]) {
    const at = await timeOf(db, index);
    t.is(await firstSince(db, at, 0, 50), index);
    t.is(await firstSince(db, formatMicroseconds(parseMicroseconds(at) + 1), 0, 50), index + 1);
  }
  t.is(await firstSince(db, "1999-01-01T00:00:00.000000Z", 0, 50), 0);
});

onEveryDatabase("who is named is counted, in the index and behind it", async (t, db) => {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  const actors = Array.from({ length: 300 }, (_, n) => (n % 7 === 3 || n >= 298 ? "a" : "b"));
  const entries = actors.map((actor) => ({ ...entry("test.n"), actor }));
  await activity.commit(async () => ({ entries, result: null }));
  const indices = actors.flatMap((actor, i) => (actor === "a" ? [i] : []));
  const found = await mentionsOf(db, "actor", "a");
  t.like(found, { entries: indices.length, first: { index: 3 }, last: { index: 299 } });

  // Of the index it takes the count, and reads the entries behind it alone.
  await db("log_segments").insert({ first: 0, last: 256, times: TIMES });
  const postings = indices.filter((i) => i < 256);
  const steps = postings.map((at, i) => at - (postings[i - 1] ?? -1));
  await db("log_index").insert({
    term: "actor:a",
    segment: 0,
    postings: Buffer.from(
      steps.flatMap((step) => (step < 128 ? [step] : [(step % 128) | 128, step >> 7])),
    ),
  });
  t.deepEqual(await mentionsOf(db, "actor", "a"), found);
  t.like(await mentionsOf(db, "actor", "nobody"), { entries: 0, first: null, last: null });
});
