/**
 * The laws of the freshness window and its journal: known answers, then every order of frames, then
 * a crash between any two batches.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import { migrateCore } from "../src/db/core/migrations.ts";
import type { Knex } from "../src/db/open.ts";
import { createFreshnessStore, type FreshnessStore } from "../src/frames/freshness/freshness.ts";
import { halfSipHash } from "../src/frames/freshness/half-siphash.ts";
import { packSightings, type Sighting, unpackSightings } from "../src/frames/freshness/journal.ts";
import { Window } from "../src/frames/freshness/window.ts";
import { onEveryDatabase } from "./support/databases.ts";

const SPAN = 64;

test("HalfSipHash-2-4: the reference vectors (github.com/veorq/SipHash, vectors_hsip32)", (t) => {
  const expected = ["a9359f5b", "27475ab8", "fa62a603", "8afee704", "2a6e4689", "c5fab669"];
  const hash = halfSipHash(Uint8Array.from({ length: 8 }, (_, i) => i));
  const input = Uint8Array.from({ length: 64 }, (_, i) => i);
  const digests = expected.map((_, length) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(hash(input, length));
    return bytes.toString("hex");
  });
  t.deepEqual(digests, expected);
});

/** A frame is its counter and its bytes, which the digest stands for. */
const frames = fc.array(
  fc.record({ counter: fc.integer({ min: 0, max: 200 }), variant: fc.integer({ max: 1, min: 0 }) }),
  { maxLength: 120 },
);

function digestOf(counter: number, variant: number): number {
  return counter * 2 + variant;
}

test("a counter is fresh once, within the last 64, and never moves backwards", (t) => {
  const law = fc.property(frames, fc.boolean(), (list, isStored) => {
    let window = Window.empty();
    const fresh = new Set<number>();
    const sent = new Set<string>();
    let highest = -1;
    for (const { counter, variant } of list) {
      const isNew = !fresh.has(counter);
      const isInWindow = highest - counter < SPAN;
      const isRepeat = sent.has(`${counter}:${variant}`);
      const before = window.counter;
      const verdict = window.judge(counter, digestOf(counter, variant));
      if (verdict === "fresh") {
        t.true(isNew && isInWindow);
        fresh.add(counter);
      } else if (verdict === "duplicate") {
        t.true(isRepeat);
      } else {
        t.is(verdict, "old");
        t.true(!(isNew && isInWindow));
      }
      t.true((window.counter ?? -1) >= (before ?? -1));
      highest = Math.max(highest, counter);
      t.is(window.counter, highest);
      sent.add(`${counter}:${variant}`);
      if (isStored) {
        window = Window.read(window.write());
      }
    }
  });
  t.notThrows(() => fc.assert(law, { numRuns: 300 }));
});

test("a frame without an authenticated counter is unknown or duplicate and moves nothing", (t) => {
  const list = fc.array(fc.tuple(fc.nat(30), fc.boolean()), { maxLength: 60 });
  const law = fc.property(list, (all) => {
    const window = Window.empty();
    const vouched = Window.empty();
    const sent = new Set<number>();
    for (const [n, isVouched] of all) {
      const digest = digestOf(n, isVouched ? 1 : 0);
      const verdict = window.judge(isVouched ? n : null, digest);
      if (isVouched) {
        t.is(verdict, vouched.judge(n, digest));
      } else {
        t.is(verdict, sent.has(n) ? "duplicate" : "unknown");
        sent.add(n);
      }
      t.is(window.counter, vouched.counter);
    }
  });
  t.notThrows(() => fc.assert(law, { numRuns: 300 }));
});

test("the edge of the window: 63 behind is fresh, 64 behind is old", (t) => {
  const window = Window.empty();
  const at = (counter: number, variant = 0) => window.judge(counter, digestOf(counter, variant));
  t.is(at(1000), "fresh");
  t.is(at(1000), "duplicate");
  t.is(at(1000, 1), "old");
  t.is(at(937), "fresh");
  t.is(at(936), "old");
  t.is(at(1001), "fresh");
  t.is(at(937, 1), "old");
  t.is(at(968), "fresh");
  t.is(at(1033), "fresh");
  t.is(at(968, 1), "old");
  t.is(at(0xffff_ffff), "fresh");
  t.is(at(1002), "old");
});

test("the last 64 frames are remembered, however many there were", (t) => {
  const window = Window.empty();
  for (let n = 0; n < 1000; n++) {
    t.is(window.judge(null, n), "unknown");
    t.is(window.judge(null, Math.max(0, n - 63)), "duplicate");
  }
});

const sighting: fc.Arbitrary<Sighting> = fc.record({
  meter: fc.integer({ min: 1, max: 6 }),
  version: fc.integer({ min: 1, max: 2 }),
  counter: fc.option(fc.integer({ min: 0, max: 90 })),
  digest: fc.integer({ min: 0, max: 0xffff_ffff }),
  proof: fc.option(fc.integer({ min: 0, max: 5 })),
});

test("the journal gives back what it was told", (t) => {
  const law = fc.property(fc.array(sighting), (list) => {
    t.deepEqual(unpackSightings(packSightings(list)), list);
  });
  t.notThrows(() => fc.assert(law));
});

const afterBatch = fc.constantFrom("go", "crash", "settle", "fail");
const batches = fc.array(fc.tuple(fc.array(sighting, { maxLength: 12 }), afterBatch), {
  maxLength: 14,
});

onEveryDatabase("a crash between any two batches changes no verdict", async (t, db) => {
  await migrateCore(db);
  const law = fc.asyncProperty(batches, fc.integer({ min: 1, max: 40 }), async (all, limit) => {
    await db("freshness").delete();
    await db("freshness_journal").delete();
    const windows = new Map<string, Window>();
    let store = createFreshnessStore(limit);
    for (const [list, then] of all) {
      if (then === "fail") {
        // Judged, and then the transaction does not commit.
        await t.throwsAsync(judgeAll(db, store, list, true), { message: "rolled back" });
      }
      const verdicts = await judgeAll(db, store, list, false);
      t.deepEqual(
        verdicts,
        list.map((one) => expected(windows, one)),
      );
      if (then === "settle") {
        await confirmed(db, store, (trx) => store.settle(trx));
        t.deepEqual(await db("freshness_journal").select(), []);
        t.is((await db("freshness").select()).length, windows.size);
      } else if (then === "crash") {
        store = createFreshnessStore(limit);
      }
    }
  });
  await t.notThrowsAsync(() => fc.assert(law, { numRuns: 40 }));
});

function expected(windows: Map<string, Window>, { meter, version, counter, digest }: Sighting) {
  const id = `${meter}:${version}`;
  const window = windows.get(id) ?? Window.empty();
  windows.set(id, window);
  return window.judge(counter, digest);
}

async function judgeAll(
  db: Knex,
  store: FreshnessStore,
  list: readonly Sighting[],
  fails: boolean,
) {
  return await confirmed(db, store, async (trx) => {
    await store.load(trx, new Set(list.map(({ meter }) => meter)));
    const verdicts = list.map((one) => store.judge(one));
    await store.save(trx);
    if (fails) {
      throw new Error("rolled back");
    }
    return verdicts;
  });
}

/** One transaction; the store hears of its end only if it was committed. */
async function confirmed<T>(
  db: Knex,
  store: FreshnessStore,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  const trx = await db.transaction();
  try {
    const result = await work(trx);
    await trx.commit();
    store.confirm(trx);
    return result;
  } catch (error) {
    await trx.rollback();
    throw error;
  }
}
