/**
 * The core's side of C2SP tlog-witness, against witnesses that the test plays itself: what it
 * sends, and what it makes of every answer.
 *
 * @module
 */
import { setTimeout } from "node:timers/promises";
import { ed25519 } from "@noble/curves/ed25519.js";
import type { ExecutionContext } from "ava";
import test from "ava";
import { isConsistent, openCheckpoint, PRIMITIVES } from "../src/activity/hashing.ts";
import { parsePolicy } from "../src/activity/tree/policy.ts";
import { isWitnessed } from "../src/activity/tree/policy-group.ts";
import { isSafeUrl } from "../src/activity/witness/call.ts";
import { openWitnesses, type Witnesses } from "../src/activity/witness/witnesses.ts";
import type { Knex } from "../src/db/open.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { ANSWERS, agree, type FakeWitness, fakeWitness, status } from "./support/fake-witness.ts";
import { append, createTestLog, type TestLog } from "./support/log.ts";
import { dropTriggers } from "./support/tamper.ts";
import { cosign } from "./support/witness.ts";

async function opened(
  t: ExecutionContext,
  db: Knex,
  witnesses: readonly FakeWitness[],
  quorum: string,
) {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 3);
  const policy = parsePolicy(
    PRIMITIVES,
    Buffer.from(`${witnesses.map(({ line }) => line).join("")}${quorum}\n`),
  );
  const clock = { now: Date.now(), timeoutMs: 60_000 };
  const open = () => openCore(t, db, log, activity, policy, clock);
  return { log, activity, policy, clock, open, core: await open() };
}

async function openCore(
  t: ExecutionContext,
  db: Knex,
  log: TestLog,
  activity: Parameters<typeof openWitnesses>[0]["activity"],
  policy: Parameters<typeof openWitnesses>[0]["policy"],
  clock: { now: number; timeoutMs: number },
): Promise<Witnesses> {
  const core = await openWitnesses({
    db,
    activity,
    log: log.key,
    policy,
    intervalSeconds: 1,
    maxAgeSeconds: 60,
    logger: { error: () => undefined, warn: () => undefined, info: () => undefined },
    now: () => clock.now,
    timeoutMs: clock.timeoutMs,
  });
  t.teardown(() => core.stop());
  return core;
}

async function codeOf(core: Witnesses): Promise<string | null> {
  return (await core.status()).witnesses[0]?.code ?? null;
}

onEveryDatabase(
  "the request: the size that is held, a proof, and our checkpoint",
  async (t, db) => {
    const one = await fakeWitness(t, "one");
    const { core, activity, log, open } = await opened(t, db, [one], "quorum one");
    await core.round();
    await append(activity, 4);
    await (await open()).round();
    const [first, second] = one.asked;
    t.is(first?.old, 0);
    t.deepEqual(first?.proof, []);
    t.is(second?.old, 3, "known again from the database");
    const [a, b] = [openCheckpoint(first!.note, log.key)!, openCheckpoint(second!.note, log.key)!];
    t.is(b.size, 7);
    t.true(
      isConsistent(
        a,
        b,
        second!.proof.map((hash) => Buffer.from(hash, "base64")),
      ),
    );
  },
);

onEveryDatabase(
  "409: asked once more with the size that it says, if we have that",
  async (t, db) => {
    const one = await fakeWitness(t, "one");
    const { core } = await opened(t, db, [one], "quorum one");
    one.play = (asked, response, self) => {
      if (asked.old === 2) {
        return agree(asked, response, self);
      }
      response.writeHead(409, { "content-type": "text/x.tlog.size" }).end("2\n");
    };
    await core.round();
    t.deepEqual(
      one.asked.map(({ old }) => old),
      [0, 2],
    );
    t.is(one.asked[1]?.proof.length, 1);
    t.is(await codeOf(core), null);
    t.is((await core.status()).witnesses[0]?.behind, 0);
  },
);

for (const [title, code, play] of ANSWERS) {
  onEveryDatabase(`${title}: ${code}, and nothing is kept`, async (t, db) => {
    const one = await fakeWitness(t, "one");
    const { activity, clock, open } = await opened(t, db, [one], "quorum one");
    clock.timeoutMs = code === "WITNESS_TIMEOUT" ? 100 : clock.timeoutMs;
    const core = await open();
    one.play = play;
    await core.round();
    t.is(await codeOf(core), code);
    t.is(core.witnessed(), null);
    const { note } = await activity.checkpoint();
    t.is(core.cover({ size: 3, note }), note);
    const written = await db("log_entries").where("body", "like", "%witness.refused%");
    t.is(written.length, code === "WITNESS_AHEAD" || code === "WITNESS_FORK" ? 1 : 0);
  });
}

onEveryDatabase("lines of other keys are passed over", async (t, db) => {
  const one = await fakeWitness(t, "one");
  const { core } = await opened(t, db, [one], "quorum one");
  one.play = ({ note }, response, { keys }) => {
    const other = cosign("two", ed25519.keygen(), note, 1);
    response.end(`${other}\n${cosign("one", keys, note, 2)}\n`);
  };
  await core.round();
  t.is(await codeOf(core), null);
  t.false(core.witnessed()?.note.includes("— two "));
});

onEveryDatabase("an objection is one entry, however often it comes; pauses grow", async (t, db) => {
  const one = await fakeWitness(t, "one");
  const { core, clock } = await opened(t, db, [one], "quorum one");
  one.play = status(422);
  for (let second = 0; second < 20; second++) {
    await core.round();
    clock.now += 1000;
  }
  t.is(one.asked.length, 5, "after 0, 1, 3, 7 and 15 seconds");
  t.is((await db("log_entries").where("body", "like", "%witness.refused%")).length, 1);
});

onEveryDatabase(
  "cosignatures of different rounds meet the quorum under one checkpoint",
  async (t, db) => {
    const [one, two] = [await fakeWitness(t, "one"), await fakeWitness(t, "two")];
    const quorum = "group both all one two\nquorum both";
    const { core, activity, policy, open } = await opened(t, db, [one, two], quorum);
    let answer = (): void => undefined;
    two.play = (asked, response, self) =>
      new Promise((resolve) => {
        answer = () => resolve(agree(asked, response, self));
      });
    const slow = core.round();
    while (two.asked.length === 0 || (await core.status()).witnesses[0]?.size !== 3) {
      await setTimeout(5);
    }
    await append(activity, 2);
    await core.round();
    t.is((await core.status()).witnesses[0]?.size, 5);
    t.is(core.witnessed(), null);
    answer();
    await slow;
    t.is(core.witnessed()?.size, 3, "the slow one answers for the older checkpoint");
    t.true(isWitnessed(PRIMITIVES, policy.quorum, core.witnessed()!.note));
    t.is((await open()).witnessed()?.size, 3, "and after a restart");
  },
);

onEveryDatabase("what is kept counts only as it verifies", async (t, db) => {
  const one = await fakeWitness(t, "one");
  const { core, open } = await opened(t, db, [one], "quorum one");
  await core.round();
  t.is((await open()).witnessed()?.size, 3);
  const [row] = await db("log_witnessed");
  await db("log_witnessed").update({ note: row.note.replace(/\n— one .*\n/, "\n") });
  t.is((await open()).witnessed(), null);
  await db("log_witnessed").update({ note: row.note, size: 2 });
  t.is((await open()).witnessed(), null);
});

onEveryDatabase("a proof that does not lead to our own checkpoint is not sent", async (t, db) => {
  const one = await fakeWitness(t, "one");
  const { core, activity } = await opened(t, db, [one], "quorum one");
  await core.round();
  await append(activity, 2);
  await dropTriggers(db);
  await db("log_entries")
    .where({ idx: 1 })
    .update({ leaf_hash: Buffer.alloc(32) });
  await core.round();
  t.is(await codeOf(core), "WITNESS_PROOF");
  t.is(one.asked.length, 1);
});

test("a witness is asked by https, in clear only on this machine", (t) => {
  for (const url of [
    "https://w.example",
    "https://w.example:8443/x",
    "http://127.0.0.1:1/",
    "http://localhost",
    "http://[::1]:80",
  ]) {
    t.true(isSafeUrl(url), url);
  }
  for (const url of [
    "http://w.example",
    "http://127.0.0.1.example",
    "ftp://w.example",
    "w.example",
    "https://u:p@w.example",
    "https://w.example?x",
    "https://w.example#x",
    "",
  ]) {
    t.false(isSafeUrl(url), url);
  }
});
