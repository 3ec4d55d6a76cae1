/**
 * The laws of verdicts that are repeated: by key, position and everything before.
 *
 * @module
 */
import test from "ava";
import fc from "fast-check";
import { migrateCore } from "../src/db/core/migrations.ts";
import type { Knex } from "../src/db/open.ts";
import type { Freshness } from "../src/frames/freshness/window.ts";
import {
  createVerdictStore,
  isIdempotencyKey,
  openKeyedSend,
  type VerdictStore,
} from "../src/frames/idempotency/idempotency.ts";
import { type FrameRequest, parseTextLine } from "../src/frames/request.ts";
import { onEveryDatabase } from "./support/databases.ts";

const HOUR = 3_600_000;

/** Sends bodies of one byte per frame in batches, as the route does; every verdict is `verdict`. */
function sender(db: Knex, store: VerdictStore) {
  return async (
    key: string,
    body: readonly number[],
    verdict: Freshness | null,
    cuts: readonly number[] = [],
  ) => {
    const send = openKeyedSend("tok_1", key);
    const answers: (Freshness | null)[] = [];
    const edges = [...new Set([0, ...cuts.map((cut) => cut % (body.length + 1)), body.length])];
    edges.sort((a, b) => a - b);
    for (const [i, from] of edges.slice(0, -1).entries()) {
      const requests = body.slice(from, edges[i + 1]).map(asRequest);
      const batch = send.take(requests);
      const judged = requests.map(() => verdict);
      answers.push(...(await db.transaction((trx) => store.settle(trx, batch, judged))));
    }
    return answers;
  };
}

function asRequest(byte: number): FrameRequest {
  return parseTextLine(byte.toString(16).padStart(2, "0"), 0);
}

onEveryDatabase(
  "however it is cut, what was sent before the first difference is repeated",
  async (t, db) => {
    await migrateCore(db);
    const send = sender(db, createVerdictStore());
    const bytes = fc.array(fc.nat(3), { minLength: 1, maxLength: 12 });
    const cuts = fc.array(fc.nat(12), { maxLength: 4 });
    let n = 0;
    const law = fc.asyncProperty(bytes, bytes, cuts, cuts, async (one, two, first, second) => {
      const key = `law-${n++}`;
      t.deepEqual(
        await send(key, one, "fresh", first),
        one.map(() => "fresh"),
      );
      t.deepEqual(
        await send(key, one, "old", second),
        one.map(() => "fresh"),
      );
      const differs = two.findIndex((byte, i) => byte !== one[i]);
      const shared = differs === -1 ? two.length : differs;
      const other = two.map((_, i) => (i < shared ? "fresh" : "duplicate"));
      t.deepEqual(await send(key, two, "duplicate", first), other);
      // Each body keeps its own verdicts.
      t.deepEqual(await send(key, two, "old", second), other);
      t.deepEqual(
        await send(key, one, "old"),
        one.map(() => "fresh"),
      );
    });
    await t.notThrowsAsync(fc.assert(law, { numRuns: 40 }));
  },
);

onEveryDatabase("verdicts are kept for a day, and of a token only the newest", async (t, db) => {
  await migrateCore(db);
  let now = Date.parse("2026-01-01T00:00:00Z");
  const send = sender(
    db,
    createVerdictStore(() => now, 100),
  );
  const body = Array.from({ length: 10 }, (_, i) => i);
  const kept = async () => Number((await db("batch_verdicts").sum({ n: "frames" }))[0]?.["n"]);
  await send("a", body, "fresh");
  now += 24 * HOUR;
  t.deepEqual(
    await send("a", body, "old"),
    body.map(() => "fresh"),
  );
  now += 1;
  t.deepEqual(
    await send("a", body, "old"),
    body.map(() => "old"),
  );
  now += HOUR;
  await send("b", [1], "fresh");
  t.is(await kept(), 11);

  for (let n = 0; n < 30; n++) {
    await send(`many-${n}`, body, "fresh");
    t.true((await kept()) <= 100);
  }
  t.deepEqual(
    await send("many-29", body, "old"),
    body.map(() => "fresh"),
  );
  t.deepEqual(
    await send("many-0", body, "old"),
    body.map(() => "old"),
  );
  // A start counts what is there.
  const later = sender(
    db,
    createVerdictStore(() => now, 100),
  );
  for (let n = 0; n < 10; n++) {
    await later(`later-${n}`, body, "fresh");
    t.true((await kept()) <= 100);
  }
});

onEveryDatabase("a frame that did not open has no verdict to repeat", async (t, db) => {
  await migrateCore(db);
  const send = sender(db, createVerdictStore());
  t.deepEqual(await send("k", [1, 2], null), [null, null]);
  t.deepEqual(await db("batch_verdicts").select(), []);
  t.deepEqual(await send("k", [1, 2], "fresh"), ["fresh", "fresh"]);
  t.deepEqual(await send("k", [1, 2], null), [null, null]);
  t.deepEqual(await send("k", [1, 2], "old"), ["fresh", "fresh"]);
});

test("a digest covers bytes, the meter's name and that a line was unreadable, each for itself", (t) => {
  const digest = (line: string, meter: string | null = null) => {
    const { digests } = openKeyedSend("tok_1", "k").take([{ ...parseTextLine(line, 0), meter }]);
    return Buffer.from(digests).toString("hex");
  };
  const all = [digest("00"), digest("0000"), digest("0"), digest("00", "a"), digest("00", "a:1")];
  t.is(new Set([...all, digest("3a", ":1"), digest("3a3a31", "")]).size, 7);
  // How it is written does not matter, nor what stands in ref.
  t.is(digest("AB"), digest("ab "));
});

test("exactly the visible characters of ASCII make a key, 255 of them at most", (t) => {
  for (let code = 0; code < 256; code++) {
    t.is(isIdempotencyKey(String.fromCharCode(code)), code > 0x20 && code < 0x7f);
  }
  t.true(isIdempotencyKey("k".repeat(255)));
  t.false(isIdempotencyKey("k".repeat(256)) || isIdempotencyKey("") || isIdempotencyKey("k\n"));
});
