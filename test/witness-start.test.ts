/**
 * What a witness's answer means before the core serves anybody.
 *
 * @module
 */
import type { ExecutionContext } from "ava";
import { writeHead } from "../src/activity/append/head-store.ts";
import { SYSTEM } from "../src/activity/entries/entry.ts";
import { PRIMITIVES } from "../src/activity/hashing.ts";
import { parsePolicy } from "../src/activity/tree/policy.ts";
import { askBeforeStart, WitnessRefusedError } from "../src/activity/witness/start.ts";
import { openWitnesses } from "../src/activity/witness/witnesses.ts";
import type { Knex } from "../src/db/open.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { type FakeWitness, fakeWitness, size, status } from "./support/fake-witness.ts";
import { append, createTestLog, type TestLog } from "./support/log.ts";
import { dropTriggers } from "./support/tamper.ts";

type TestActivity = Awaited<ReturnType<TestLog["open"]>>;

interface Setting {
  readonly one: FakeWitness;
  readonly log: TestLog;
  readonly activity: TestActivity;
  /** Asks, as the core does at start. */
  ask(activity?: TestActivity): Promise<void>;
}

/** A log of three entries, and a witness. */
async function setting(t: ExecutionContext, db: Knex): Promise<Setting> {
  const one = await fakeWitness(t, "one");
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 3);
  const policy = parsePolicy(PRIMITIVES, Buffer.from(`${one.line}quorum one\n`));
  const logger = { error: () => undefined, warn: () => undefined, info: () => undefined };
  return {
    one,
    log,
    activity,
    async ask(now = activity) {
      const times = { intervalSeconds: 1, maxAgeSeconds: 60 };
      const witnesses = await openWitnesses({
        db,
        activity: now,
        log: log.key,
        policy,
        ...times,
        logger,
      });
      t.teardown(() => witnesses.stop());
      await askBeforeStart(db, log.key, witnesses);
    },
  };
}

async function refused(t: ExecutionContext, asking: Promise<void>): Promise<WitnessRefusedError> {
  const error = await t.throwsAsync(asking, { instanceOf: WitnessRefusedError });
  return error!;
}

async function restored(activity: TestActivity, to: number | null): Promise<void> {
  const fields = { from: 3, to };
  const entry = { ...SYSTEM, action: "log.restored", outcome: "ok", fields } as const;
  await activity.commit(async () => ({ entries: [entry], result: null }));
}

onEveryDatabase("a witness that is silent or unwell is no reason to stay down", async (t, db) => {
  const { one, ask } = await setting(t, db);
  for (const play of [status(503), status(404), status(403), size("x")]) {
    one.play = play;
    await t.notThrowsAsync(ask());
  }
});

onEveryDatabase(
  "more than there is, or something else: refused, and nothing is written",
  async (t, db) => {
    const { one, ask, activity } = await setting(t, db);
    one.play = size("7\n");
    const ahead = await refused(t, ask());
    t.is(ahead.code, "WITNESS_AHEAD");
    t.is(ahead.index, 3);
    t.regex(ahead.message, /the witness one has seen 7 entries, there are 3: .* from entry 3 on/);
    one.play = status(422);
    t.is((await refused(t, ask())).code, "WITNESS_FORK");
    t.is((await activity.checkpoint()).size, 3);
  },
);

onEveryDatabase(
  "evidence is what the log has signed and does not keep to, nothing else",
  async (t, db) => {
    const { one, log, ask, activity } = await setting(t, db);
    const older = (await activity.checkpoint()).note;
    await append(activity, 2);
    const newer = (await activity.checkpoint()).note;
    await activity.close();
    await dropTriggers(db);
    await db("log_entries").where("idx", ">=", 3).delete();
    await db("log_checkpoints").where("size", ">", 3).delete();
    await db("log_head").update({ size: 3 });
    writeHead(log.headStore, older);
    const back = await log.open();
    one.play = size("5\n");
    for (const shown of [null, "nonsense", older, newer.replace("\n5\n", "\n6\n")]) {
      one.shows = shown;
      t.is((await refused(t, ask(back))).evidence, null);
    }
    one.shows = newer;
    t.is((await refused(t, ask(back))).evidence, newer);
  },
);

onEveryDatabase("a declared restore lets pass what it declares, and is entered", async (t, db) => {
  const { one, ask, activity } = await setting(t, db);
  await restored(activity, 7);
  one.play = size("8\n");
  t.is((await refused(t, ask())).code, "WITNESS_AHEAD", "more was lost than was declared");
  one.play = size("7\n");
  await ask();
  t.is((await db("log_entries").where("body", "like", "%witness.refused%")).length, 1);
});

onEveryDatabase(
  "a witness that has cosigned the declaration objects to the next loss",
  async (t, db) => {
    const { one, ask, activity } = await setting(t, db);
    await restored(activity, null);
    await ask();
    one.play = status(422);
    t.is((await refused(t, ask())).code, "WITNESS_FORK");
  },
);
