/**
 * `log resume`: after a restore an officer goes on, and the loss stays visible.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { writeHead } from "../src/activity/append/head-store.ts";
import { readEntry } from "../src/activity/ask/query.ts";
import { coreDatabase, headStoreFile } from "../src/base/paths.ts";
import { type Knex, openDatabase } from "../src/db/open.ts";
import { resumeAfterLoss } from "../src/programs/resume-log.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { meterseal } from "./support/command.ts";
import { type DatabaseKind, databaseKinds } from "./support/databases.ts";
import { resumeService, startService } from "./support/service.ts";
import { backUp, dropTriggers, editEntry } from "./support/tamper.ts";

const QUIET = () => undefined;
const TABLES = ["log_entries", "log_checkpoints", "log_head", "tokens", "customers"];

for (const kind of databaseKinds()) {
  test(`a restored deployment goes on, and the loss stays in the log (${kind})`, async (t) => {
    const it = await restored(t, kind);
    const { config, db, officer, size, lost } = it;
    const head = headStoreFile(config);
    const report = await resumeAfterLoss(config, officer, size, QUIET);
    t.like(report, { index: size, reason: "LOG_TRUNCATED", from: size, to: lost, signed: size });
    t.is(report.tokensAlive, 4, "the token whose revocation is lost is among them");
    t.is(report.evidence, `${head}.${lost}.lost`);
    t.is(readFileSync(report.evidence ?? "", "utf8"), it.lostHead);
    t.like((await readEntry(db, size))?.entry, {
      action: "log.restored",
      role: "officer",
      actor: officer.slice(3, 29),
      from: size,
      to: lost,
      lostRoot: it.lostHead.split("\n")[2],
      reason: "LOG_TRUNCATED",
    });
    t.is(readFileSync(head, "utf8"), report.checkpoint);
    t.like(await verify(config), { ok: true, unsigned: 0, size: size + 1 });

    const service = await resumeService(t, config);
    await service.customer("after");
    await service.stop();
    t.like(await verify(config), { ok: true, unsigned: 0 });
    // Who holds a head of the lost part can still prove it, longer than the log or not.
    const grown = await resumeService(t, config);
    for (let i = 0; i < lost; i++) {
      await grown.customer(`c${i}`);
    }
    await grown.stop();
    const found = await verifyDataDirectory(config, { checkpoint: it.lostHead }, QUIET);
    t.is(found.problems[0]?.code, "HEAD_CONFLICT");
    const own = { index: size, from: size, to: lost };
    t.deepEqual(found.restored, [own], "and the report says what explains it");
    t.like(await verify(config), { ok: true, restored: [own] });
  });

  test(`only an officer, only the index that was named, only what a restore explains (${kind})`, async (t) => {
    const { config, db, officer, admin, size, scoped } = await restored(t, kind);
    const before = await contents(db);
    const attempt = (token: string, from: number) => resumeAfterLoss(config, token, from, QUIET);
    await t.throwsAsync(attempt(`ms_tok_${"0".repeat(22)}_${"A".repeat(43)}`, size), {
      code: "UNAUTHENTICATED",
    });
    await t.throwsAsync(attempt("", size), { code: "UNAUTHENTICATED" });
    await t.throwsAsync(attempt(admin, size), { code: "FORBIDDEN" });
    await t.throwsAsync(attempt(scoped, size), { code: "FORBIDDEN" });
    for (const index of [0, size - 1, size + 1]) {
      const message = new RegExp(`expected ${size}, .*got ${index};`);
      await t.throwsAsync(attempt(officer, index), { code: "LOG_RESUME_INDEX", message });
    }
    await editEntry(db, 2, '"ok"', '"no"');
    await t.throwsAsync(attempt(officer, size), { code: "LOG_EDITED", message: /from index 2 on/ });
    await editEntry(db, 2, '"no"', '"ok"');
    t.deepEqual(await contents(db), before);
    await attempt(officer, size);
    await t.throwsAsync(attempt(officer, size), { code: "LOG_RESUME_NOTHING" });
    const running = await resumeService(t, config);
    await t.throwsAsync(attempt(officer, size), { code: "ALREADY_RUNNING" });
    await running.stop();
  });

  test(`broken off before the head store: it can be done again (${kind})`, async (t) => {
    const { config, officer, size, lost } = await restored(t, kind);
    const temporary = `${headStoreFile(config)}.tmp`;
    mkdirSync(temporary);
    await t.throwsAsync(resumeAfterLoss(config, officer, size, QUIET), { code: "EISDIR" });
    rmdirSync(temporary);
    // The head store still knows more: the core does not start, and the entry stays.
    const refusal = await t.throwsAsync(resumeService(t, config), { code: "LOG_REFUSED" });
    const named = Number(/--accept-loss-from (\d+)/.exec(refusal?.message ?? "")?.[1]);
    t.is(named, size + 1);
    const again = await resumeAfterLoss(config, officer, named, QUIET);
    t.like(again, { index: size + 1, from: size + 1, to: lost });
    t.like(await verify(config), { ok: true, size: size + 2 });
    await (await resumeService(t, config)).stop();
  });

  test(`an entry at the end that no head has signed: resumed by the head row (${kind})`, async (t) => {
    const { config, db, officer, size } = await restored(t, kind, false);
    await db("log_head").update({ size: size + 1 });
    await t.throwsAsync(resumeService(t, config), { code: "LOG_REFUSED", message: /head row/ });
    const report = await resumeAfterLoss(config, officer, size, QUIET);
    t.like(report, { index: size, from: size, to: size + 1, evidence: null });
    t.like(await verify(config), { ok: true, size: size + 1 });
  });

  test(`a lost head store: the log goes on and says so (${kind})`, async (t) => {
    const { config, db, officer, size } = await restored(t, kind, false);
    rmSync(headStoreFile(config));
    const report = await resumeAfterLoss(config, officer, size, QUIET);
    t.like(report, { reason: "HEAD_STORE_MISSING", from: size, to: null, evidence: null });
    t.like((await readEntry(db, size))?.entry, { lostRoot: null, to: null });
    t.true(existsSync(headStoreFile(config)));
    t.like(await verify(config), { ok: true });
  });

  test(`a branch that was signed without this head store is resumed, an unsigned one is not (${kind})`, async (t) => {
    const { config, db, officer, size, lost, lostHead } = await restored(t, kind);
    const head = headStoreFile(config);
    rmSync(head);
    await resumeAfterLoss(config, officer, size, QUIET);
    const service = await resumeService(t, config);
    for (let i = 0; i < lost; i++) {
      await service.customer(`c${i}`);
    }
    await service.stop();
    writeHead(head, lostHead);
    const refusal = await t.throwsAsync(resumeService(t, config), { code: "LOG_REFUSED" });
    t.regex(refusal?.message ?? "", /another branch of this log/);
    const kept = await db("log_checkpoints").where("size", ">", size).select();
    await db("log_checkpoints").where("size", ">", size).delete();
    await t.throwsAsync(resumeAfterLoss(config, officer, size, QUIET), { code: "LOG_EDITED" });
    await db("log_checkpoints").insert(kept);
    const named = Number(/--accept-loss-from (\d+)/.exec(refusal?.message ?? "")?.[1]);
    const report = await resumeAfterLoss(config, officer, named, QUIET);
    t.like(report, { reason: "HEAD_CONFLICT", to: lost });
    t.like(await verify(config), { ok: true });
  });

  test(`rows cut under their own checkpoint are no restore (${kind})`, async (t) => {
    const { config, db, officer, size } = await restored(t, kind, false);
    await db("log_entries")
      .where({ idx: size - 1 })
      .delete();
    await t.throwsAsync(resumeAfterLoss(config, officer, size - 1, QUIET), { code: "LOG_EDITED" });
  });
}

test("the command: its help, its misuse, and what it says afterwards", async (t) => {
  const { config, officer, size } = await restored(t, "sqlite");
  const command = (args: readonly string[], token?: string) =>
    meterseal(["log", "resume", "--data", config.data, ...args], {
      env: token === undefined ? {} : { METERSEAL_TOKEN: token },
    });
  t.regex((await command(["--help"])).stdout, /two people once approvals exist/);
  t.is((await command([], officer)).status, 2);
  const named = ["--accept-loss-from", String(size)];
  t.like(await command(named), { status: 2, stdout: "" });
  t.like(await command(["--accept-loss-from", "all"], officer), { status: 2, stdout: "" });
  const done = await command(named, officer);
  t.is(done.status, 0, done.stderr);
  t.regex(done.stdout, new RegExp(`entry ${size}, log.restored, says what is lost`));
  t.regex(done.stdout, /4 tokens can be used/);
  t.true(done.stdout.split("\n").every((line) => line.length <= 130));
  t.log(done.stdout);
  await (await resumeService(t, config)).stop();
});

/**
 * A deployment that lost what came after a backup: a customer, and a token's revocation. Without
 * `isRestored` nothing was lost.
 */
async function restored(t: ExecutionContext, kind: DatabaseKind, isRestored = true) {
  const service = await startService(t, kind);
  const { config, admin } = service;
  const officer = await service.token("officer");
  const customer = await service.customer("before");
  const scoped = await service.token("officer", customer);
  const auditor = await service.token("auditor");
  await service.call("GET", "/log/checkpoint", auditor);
  const db: Knex = openDatabase(coreDatabase(config));
  t.teardown(() => db.destroy());
  await service.stop();
  const restore = await backUp(db, TABLES);
  const size = await sizeOf(db);
  if (isRestored) {
    const more = await resumeService(t, config);
    const id = auditor.slice(3, 29);
    t.is((await more.call("DELETE", `/v1/tokens/${id}`, admin)).status, 200);
    await more.customer("lost");
    await more.stop();
  }
  const lost = await sizeOf(db);
  await dropTriggers(db);
  if (isRestored) {
    await restore();
  }
  const lostHead = readFileSync(headStoreFile(config), "utf8");
  return { config, db, admin, officer, scoped, size, lost, lostHead };
}

async function sizeOf(db: Knex): Promise<number> {
  return (await db("log_entries").select("idx")).length;
}

async function verify(config: Parameters<typeof verifyDataDirectory>[0]) {
  return await verifyDataDirectory(config, {}, QUIET);
}

async function contents(db: Knex): Promise<unknown> {
  const tables = await Promise.all(TABLES.map((table) => db(table).select()));
  return tables.map((rows) => rows.map((row) => JSON.stringify(row)).toSorted());
}
