/**
 * The attacks on a deployment of real processes: what the operator reads, and where.
 *
 * @module
 */
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { coreDatabase, headStoreFile, runFile } from "../src/base/paths.ts";
import { type Knex, openDatabase } from "../src/db/open.ts";
import { initialise } from "../src/programs/init.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { meterseal } from "./support/command.ts";
import {
  type DatabaseKind,
  databaseKinds,
  freshDatabase,
  temporaryFolder,
} from "./support/databases.ts";
import { type ServiceProcess, serveProcess } from "./support/process.ts";
import { request, testConfig } from "./support/service.ts";
import { backUp, dropTriggers } from "./support/tamper.ts";

type Deployment = Awaited<ReturnType<typeof deploy>>;

for (const kind of databaseKinds()) {
  test(`an older backup is put back under a running core (${kind})`, async (t) => {
    const it = await deploy(t, kind);
    const core = await serveProcess(t, it.data, it.env, ["core"]);
    const restore = await it.backUp(t);
    t.is((await customer(core, it.admin)).status, 201);
    await restore();
    const code = kind === "sqlite" ? "LOG_FILE_GONE" : "LOG_HEAD_BEHIND";
    await answersLocked(t, it, core, code);
    t.is(await core.end("SIGTERM"), 0);
    await isRefused(t, it, /\d+ on: head store: signed \d+ entries, \d+ are there \(LOG_TRUNCATED/);
  });

  test(`a database is put back before a start: refused, with what to do (${kind})`, async (t) => {
    const it = await deploy(t, kind);
    const restore = await it.backUp(t);
    const core = await serveProcess(t, it.data, it.env, ["core"]);
    await customer(core, it.admin);
    await core.end("SIGTERM");
    await restore();
    await isRefused(t, it, /An older backup was put back, or the last entries were taken away/);
  });

  for (const signed of [true, false]) {
    test(`the tail is cut by one entry that is ${signed ? "" : "not "}signed (${kind})`, async (t) => {
      const it = await deploy(t, kind);
      const core = await serveProcess(t, it.data, it.env, ["core"]);
      await customer(core, it.admin);
      await core.end(signed ? "SIGTERM" : "SIGKILL");
      const db = it.open(t);
      await dropTriggers(db);
      const [last] = await db("log_entries").max("idx as idx");
      await db("log_entries")
        .where({ idx: Number(last?.["idx"]) })
        .delete();
      await isRefused(t, it, new RegExp(`from index ${last?.["idx"]} on: .*\\(LOG_TRUNCATED`));
    });
  }

  test(`rows are edited with the triggers dropped: running, then at start (${kind})`, async (t) => {
    const it = await deploy(t, kind);
    const core = await serveProcess(t, it.data, it.env, ["core"]);
    const db = it.open(t);
    await dropTriggers(db);
    await db("log_entries").where({ idx: 1 }).update({ body: "{}" });
    // Below the end nothing is read while the core runs.
    t.is((await customer(core, it.admin)).status, 201);
    await core.end("SIGTERM");
    await isRefused(t, it, /from index 1 on: .*No restored backup explains this/);
  });

  test(`two cores on one database: one goes on, the other locks itself (${kind})`, async (t) => {
    const it = await deploy(t, kind);
    const first = await serveProcess(t, it.data, it.env, ["core"]);
    // The same directory without its run.json, or a copy of it with the same database.
    let second = it.data;
    if (kind === "sqlite") {
      rmSync(runFile(it.data));
    } else {
      second = `${it.data}-copy`;
      cpSync(it.data, second, { recursive: true });
      rmSync(runFile(second));
    }
    const other = await serveProcess(t, second, it.env, ["core"]);
    const calls = [first, other].flatMap((core) =>
      Array.from({ length: 20 }, () => customer(core, it.admin)),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    // The second has written that it started: the first one is behind.
    t.deepEqual(new Set(statuses.slice(0, 20)), new Set([503]));
    t.deepEqual(new Set(statuses.slice(20)), new Set([201]));
    await answersLocked(t, it, first, "LOG_HEAD_AHEAD");
    t.is(await first.end("SIGTERM"), 0);
    t.is(await other.end("SIGTERM"), 0);
    const { problems, size } = await verifyDataDirectory(
      { ...it.config, data: second },
      {},
      () => undefined,
    );
    t.deepEqual(problems, []);
    t.is((await it.open(t)("customers").select()).length, 20);
    t.true(size > 20);
  });
}

test("core.sqlite is unlinked under a running core: told, and `status` says so", async (t) => {
  const it = await deploy(t, "sqlite");
  const core = await serveProcess(t, it.data, it.env, ["core"]);
  rmSync(join(it.data, "core.sqlite"));
  await answersLocked(t, it, core, "LOG_FILE_GONE");
  const { status, stdout } = await meterseal(["status", "--data", it.data], {
    env: { METERSEAL_TOKEN: it.admin },
  });
  t.is(status, 1);
  t.regex(stdout, /^LOCKED LOG_FILE_GONE /);
});

test("a head store that is missing or cannot be read: refused, each with its sentence", async (t) => {
  const it = await deploy(t, "sqlite");
  const head = headStoreFile(it.config);
  renameSync(head, `${head}.kept`);
  await isRefused(t, it, /Without it nobody can tell whether an older backup was put back/);
  mkdirSync(head);
  const { stderr } = await start(it);
  t.regex(stderr, /head store: .*log\.head cannot be read \(EISDIR\).*\(LOG_HEAD_STORE\)/);
  rmSync(head, { recursive: true });
  cpSync(join(it.data, "log.vkey"), head);
  await isRefused(t, it, /the head store is damaged, or of another deployment/);
});

async function deploy(t: ExecutionContext, kind: DatabaseKind) {
  const data = join(temporaryFolder(t), "data");
  const urls: Record<string, string> = {};
  if (kind === "postgres") {
    for (const name of ["databaseUrl", "exchangeDatabaseUrl"]) {
      const location = await freshDatabase(t, kind);
      urls[name] = "url" in location ? location.url : "";
    }
  }
  const config = testConfig({ data, ...urls });
  const { token: admin } = await initialise(config);
  const open = (own: ExecutionContext): Knex => {
    const db = openDatabase(coreDatabase(config));
    own.teardown(() => db.destroy());
    return db;
  };
  const env = {
    METERSEAL_INTERNAL_PORT: "0",
    METERSEAL_FIELD_PORT: "0",
    ...(kind === "sqlite"
      ? {}
      : {
          METERSEAL_DATABASE_URL: String(urls["databaseUrl"]),
          METERSEAL_EXCHANGE_DATABASE_URL: String(urls["exchangeDatabaseUrl"]),
        }),
  };
  return {
    data,
    config,
    admin,
    env,
    open,
    /** As an operator does it: a copy of the file that is moved over it, or the tables' rows. */
    async backUp(own: ExecutionContext): Promise<() => Promise<void>> {
      const db = openDatabase(coreDatabase(config));
      if (kind === "sqlite") {
        const copy = join(data, "..", "backup.sqlite");
        await db.raw("VACUUM INTO ?", [copy]);
        await db.destroy();
        return async () => {
          renameSync(copy, join(data, "core.sqlite"));
          // What is left of the newer database would be played back onto the older one.
          rmSync(join(data, "core.sqlite-wal"), { force: true });
          rmSync(join(data, "core.sqlite-shm"), { force: true });
        };
      }
      own.teardown(() => db.destroy());
      const restore = await backUp(db);
      await dropTriggers(db);
      return restore;
    },
  };
}

function customer(core: ServiceProcess, token: string) {
  return request(`${core.internal}/v1/customers`, "POST", token, { name: "Example" });
}

async function answersLocked(
  t: ExecutionContext,
  { admin }: Deployment,
  core: ServiceProcess,
  code: string,
): Promise<void> {
  const refused = await customer(core, admin);
  t.like(refused.body, { status: 503, code: "LOG_LOCKED" });
  t.regex(refused.body.detail, new RegExp(`${code} in docs/runbook.md`));
  t.is(refused.headers.get("retry-after"), null);
  const status = await request(`${core.internal}/v1/status`, "GET", admin);
  t.like(status.body, { locked: true, lock: { code } });
  t.is((await request(`${core.internal}/readyz`, "GET", null)).status, 503);
  const lines = core
    .log()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const told = lines.filter((line) => line.code === code);
  t.is(told.length, 1);
  t.is(told[0].msg, `activity log: locked: ${status.body.lock.detail}`);
  t.log(told[0].msg);
}

function start({ data, env }: Deployment) {
  return meterseal(["serve", "core", "--data", data], { env });
}

async function isRefused(t: ExecutionContext, it: Deployment, sentence: RegExp): Promise<void> {
  const { status, stderr, stdout } = await start(it);
  t.is(status, 1);
  t.is(stdout, "");
  const lines = stderr.trim().split("\n");
  const command = lines.find((line) => line.startsWith("serve: ")) ?? "";
  t.regex(command, /\(LOG_REFUSED\)$/);
  t.regex(command, sentence);
  const told = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  t.true(told.some(({ code, msg }) => code === "LOG_REFUSED" && command.includes(msg)));
  t.log(command);
}
