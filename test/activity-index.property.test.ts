/**
 * Laws of the index: what is packed comes back, and an answer of the index is that of a scan.
 *
 * @module
 */
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import type { AskedPage } from "../src/activity/ask/query.ts";
import type { Question } from "../src/activity/ask/question.ts";
import { matches, scanLog } from "../src/activity/ask/scan.ts";
import {
  createPacked,
  packedBytes,
  pushNumber,
  readNumber,
} from "../src/activity/ask/segments/leb128.ts";
import {
  addNumbers,
  addOffset,
  BITMAP,
  createPostings,
  eachOffset,
  eachOffsetNaming,
  numbersOf,
} from "../src/activity/ask/segments/postings.ts";
import { parseMicroseconds } from "../src/activity/entries/entry-text.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { anyDraft, anyQuestion, createIndexedLog, type IndexedLog } from "./support/indexed-log.ts";

test("numbers up to 2^53 - 1 come back from LEB128, whatever stands beside them", (t) => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), (numbers) => {
      const packed = createPacked();
      for (const number of numbers) {
        pushNumber(packed, number);
      }
      const cursor = { bytes: packedBytes(packed), at: 0 };
      t.deepEqual(
        numbers.map(() => readNumber(cursor)),
        numbers,
      );
      t.is(cursor.at, cursor.bytes.length);
    }),
  );
});

const ascending = fc
  .uniqueArray(fc.nat(5000), { maxLength: 200 })
  .map((offsets) => offsets.sort((a, b) => a - b));

test("offsets of a plain term come back, below the count that is asked for", (t) => {
  fc.assert(
    fc.property(ascending, fc.nat(5001), (offsets, count) => {
      const postings = createPostings();
      for (const offset of offsets) {
        addOffset(postings, offset);
      }
      const found: number[] = [];
      eachOffset(packedBytes(postings), count, (offset) => found.push(offset));
      t.deepEqual(
        found,
        offsets.filter((offset) => offset < count),
      );
    }),
  );
});

test("numbers of a bucket come back, listed or as a bitmap, one to 256 of them", (t) => {
  const numbers = fc.uniqueArray(fc.nat(255), { minLength: 1, maxLength: 256, size: "max" });
  const items = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), numbers), { maxLength: 20 });
  fc.assert(
    fc.property(items, fc.nat(255), (all, asked) => {
      const postings = createPostings();
      const expected: number[] = [];
      let offset = -1;
      for (const [step, own] of all) {
        offset += step;
        const sorted = own.toSorted((a, b) => a - b);
        addNumbers(postings, offset, sorted);
        t.deepEqual(numbersOf(bitmapOf(own)), sorted);
        if (own.includes(asked)) {
          expected.push(offset);
        }
      }
      const found: number[] = [];
      // Any number of the same bucket or another one: its place in the bucket counts.
      eachOffsetNaming(packedBytes(postings), offset + 1, asked + 512, (at) => found.push(at));
      t.deepEqual(found, expected);
    }),
    { numRuns: 60 },
  );
});

test("bytes that are no postings are refused or read, and never run on", (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      for (const read of [
        () => eachOffset(bytes, 100, () => undefined),
        () => eachOffsetNaming(bytes, 100, 3, () => undefined),
      ]) {
        try {
          read();
        } catch (error) {
          t.is((error as { code?: unknown }).code, "INDEX_CHANGED");
        }
      }
    }),
  );
  t.pass();
});

onEveryDatabase("the index answers as a scan does, at every moment of its life", async (t, db) => {
  let log = await createIndexedLog(t, db);
  const drafts = fc.sample(anyDraft, { numRuns: 1400, seed: 5 });
  const grow = async (from: number, to: number) => {
    for (let at = from; at < to; at += 90) {
      await log.append(drafts.slice(at, Math.min(to, at + 90)));
    }
  };
  await grow(0, 150);
  await agree(t, log, "only the end in memory", 1);
  await grow(150, 700);
  await log.index.settled();
  t.is((await db("log_segments").select()).length, 2);
  await agree(t, log, "stored segments and the end in memory", 2);
  log = await log.restart();
  await agree(t, log, "after a restart", 3);

  await db.schema.renameTable("log_index", "elsewhere");
  await grow(700, 1000);
  await log.index.settled();
  t.true(log.errors.length > 0);
  t.is((await db("log_segments").select()).length, 2);
  await db.schema.renameTable("elsewhere", "log_index");
  await agree(t, log, "a segment could not be written", 4);
  log = await log.restart();
  await log.index.settled();
  t.is((await db("log_segments").select()).length, 3);
  await agree(t, log, "a crash between an entry and its segment", 5);

  await db("log_segments").where("first", ">=", 256).delete();
  log = await log.restart();
  await agree(t, log, "while dropped rows are made again", 6);
  await log.index.settled();
  t.is((await db("log_segments").select()).length, 3);
  await agree(t, log, "dropped rows were made again", 7);

  const rebuilt = log.index.rebuild();
  await grow(1000, 1400);
  await agree(t, log, "while the index is rebuilt", 8);
  t.deepEqual(await rebuilt, { size: log.index.size });
  await log.index.settled();
  await agree(t, log, "after it was rebuilt", 9);
  t.is(log.index.size, 1400);
});

/** Random questions and pages, asked of the index and of a scan. */
async function agree(
  t: ExecutionContext,
  log: IndexedLog,
  moment: string,
  seed: number,
): Promise<void> {
  const { size } = log.index;
  const cases = fc.sample(fc.record({ question: anyQuestion(size), page: anyPage(size) }), {
    numRuns: 40,
    seed,
  });
  let found = 0;
  for (const { question, page } of cases) {
    const expected = await scanLog(log.db, question, page, size);
    const what = `${moment}: ${JSON.stringify({ question, page })}`;
    t.deepEqual(await log.index.ask(question, page), expected, what);
    found += expected.items.length;
  }
  t.true(found > 40, `${moment}: ${found}`);
  await countsAgree(t, log, moment, cases[0]!.question);
}

/** Timeline and values against all entries, counted one by one. */
async function countsAgree(
  t: ExecutionContext,
  { db, index }: IndexedLog,
  moment: string,
  question: Question,
): Promise<void> {
  const rows: { body: string }[] = await db("log_entries").orderBy("idx").select("body");
  const entries = rows.map(({ body }) => JSON.parse(body));
  const asked = { buckets: 7, by: "actor" as const };
  const { from, to, times, bucketSeconds, series } = await index.timeline(question, asked);
  t.true(times.length <= 7);
  const expected: Record<string, number[]> = {};
  for (const entry of entries.filter((one) => matches(one, { ...question, from, to }))) {
    const bucket = Math.floor((parseMicroseconds(entry.at) - from) / (bucketSeconds * 1e6));
    expected[entry.actor] ??= times.map(() => 0);
    expected[entry.actor]![bucket]!++;
  }
  const found = Object.fromEntries(series.map(({ name, counts }) => [name, [...counts]]));
  t.deepEqual(found, expected, `${moment}: ${JSON.stringify(question)}`);
  for (const customer of [null, "cus_a"]) {
    const own = entries.filter((entry) => customer === null || entry.customer === customer);
    const { items } = index.terms("outcome", customer);
    t.deepEqual(
      Object.fromEntries(items.map(({ value, count }) => [value, count])),
      {
        ok: own.filter((entry) => entry.outcome === "ok").length,
        refused: own.filter((entry) => entry.outcome === "refused").length,
      },
      moment,
    );
  }
}

function anyPage(size: number): fc.Arbitrary<AskedPage> {
  return fc
    .record({
      after: fc.option(fc.integer({ min: -1, max: size }), { nil: undefined }),
      before: fc.option(fc.nat(size + 5), { nil: undefined }),
      limit: fc.constantFrom(1, 2, 10, 100, 1000),
      order: fc.constantFrom("asc" as const, "desc" as const),
    })
    .map(({ after, before, limit, order }) => ({
      limit,
      order,
      ...(after === undefined ? {} : { after }),
      ...(before === undefined ? {} : { before }),
    }));
}

function bitmapOf(numbers: readonly number[]): Uint8Array {
  const bitmap = new Uint8Array(BITMAP);
  for (const number of numbers) {
    bitmap[number >> 3]! |= 1 << (number & 7);
  }
  return bitmap;
}
