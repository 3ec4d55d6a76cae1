/**
 * The ceremony is broken off at each of its steps: nothing has happened, or it can be done again.
 *
 * @module
 */
import { mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519.js";
import type { ExecutionContext } from "ava";
import { type ResumeOptions, resumeLog } from "../src/activity/append/resume.ts";
import { SYSTEM } from "../src/activity/entries/entry.ts";
import { restoredEntries } from "../src/activity/verify/loss/restored.ts";
import { inspectLog } from "../src/activity/verify/start.ts";
import { microsecondClock } from "../src/base/clock.ts";
import type { Knex } from "../src/db/open.ts";
import { onEveryDatabase } from "./support/databases.ts";
import { append, createTestLog } from "./support/log.ts";
import { backUp, dropTriggers } from "./support/tamper.ts";

/** As many entries as a ceremony adds, so that both heads have one size; fewer; more. */
for (const lost of [1, 2, 5]) {
  onEveryDatabase(`${lost} lost: each step fails once, then the log goes on`, async (t, db) => {
    const { log, resume } = await rolledBack(t, db, lost);
    const before = await contents(db);
    const head = readFileSync(log.headStore, "utf8");

    // The evidence cannot be written, the head not be signed, the checkpoint not be stored.
    const evidence = `${log.headStore}.${3 + lost}.lost`;
    mkdirSync(`${evidence}.tmp`);
    await t.throwsAsync(resume(), { code: "EISDIR" });
    rmdirSync(`${evidence}.tmp`);
    const sign = async () => {
      throw new Error("keystore: gone");
    };
    await t.throwsAsync(resume({ keystore: { sign } }), { message: /gone/ });
    const broken = withTransaction(db, async (work) => {
      await db.transaction(async (trx) => {
        await work(trx);
        throw new Error("killed before the commit");
      });
    });
    await t.throwsAsync(resume({ db: broken }), { message: /killed/ });
    t.deepEqual(await contents(db), before);
    t.is(readFileSync(log.headStore, "utf8"), head);

    // After the commit the head store still has the old head: refused, and done again.
    const after = withTransaction(db, async (work) => {
      await db.transaction(work);
      throw new Error("killed after the commit");
    });
    await t.throwsAsync(resume({ db: after }), { message: /killed/ });
    await t.throwsAsync(log.start(), { code: "LOG_REFUSED" });
    t.is(readFileSync(evidence, "utf8"), head);
    const { index, checkpoint } = await resume();
    t.is(index, 4);
    t.is(readFileSync(log.headStore, "utf8"), checkpoint.note);
    t.is((await log.start()).size, 5);
    const activity = await log.open();
    await append(activity, 4);
    await activity.close();
    t.is((await log.start()).unsigned.length, 0);

    const said = restoredEntries();
    t.is(said.sentence(), null);
    await inspectLog(db, log.key, log.headStore, { visitors: [said] });
    t.like(said.all, [{ index: 3, from: 3, to: 3 + lost }, { index: 4 }]);
    const first = `entry 3 says that entries from 3 to ${2 + lost} were lost and the log went on`;
    t.true(said.sentence()?.startsWith(first));
  });
}

onEveryDatabase("what somebody writes between verifying and resuming stops it", async (t, db) => {
  const { log, resume, inspect } = await rolledBack(t, db, 2);
  const state = await inspect();
  await db("log_head").update({ size: 4 });
  await t.throwsAsync(resume({ state }), { message: /changed while it was verified/ });
  await db("log_head").update({ size: 3 });
  await db("log_entries").insert({ idx: 3, body: "{}", leaf_hash: Buffer.alloc(32) });
  await t.throwsAsync(resume({ state }), { message: /changed while it was verified/ });
  t.is((await db("log_entries").select()).length, 4);
  await t.throwsAsync(log.start(), { code: "LOG_REFUSED" });
});

/** Three signed entries; `lost` more were signed and are gone. */
async function rolledBack(t: ExecutionContext, db: Knex, lost: number) {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  await append(activity, 3);
  await activity.checkpoint();
  const restore = await backUp(db);
  await append(activity, lost);
  await activity.close();
  await dropTriggers(db);
  await restore();
  const inspect = () => inspectLog(db, log.key, log.headStore, {});
  const resume = async (faults: Partial<ResumeOptions> = {}) => {
    const state = faults.state ?? (await inspect());
    t.truthy(state.loss);
    return await resumeLog({
      db,
      keystore: { sign: async (_purpose, message) => ed25519.sign(message, log.secretKey) },
      origin: log.key.name,
      publicKey: log.key.publicKey,
      node: "node1",
      headStore: log.headStore,
      clock: microsecondClock,
      state,
      loss: state.loss!,
      by: SYSTEM,
      ...faults,
    });
  };
  return { log, resume, inspect };
}

type Work = (trx: Knex.Transaction) => Promise<unknown>;

function withTransaction(db: Knex, transaction: (work: Work) => Promise<unknown>): Knex {
  return new Proxy(db, {
    get: (target, name) => (name === "transaction" ? transaction : Reflect.get(target, name)),
  });
}

async function contents(db: Knex): Promise<unknown> {
  return await Promise.all(
    ["log_entries", "log_checkpoints", "log_head"].map((table) => db(table).select()),
  );
}
