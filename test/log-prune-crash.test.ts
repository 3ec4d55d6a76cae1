/**
 * Pruning while others work, and when it is cut short.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import test from "ava";
import { SYSTEM } from "../src/activity/entries/entry.ts";
import { emptyBodies, recordPruned } from "../src/activity/retention/empty.ts";
import { restate } from "../src/activity/retention/restate.ts";
import type { Config } from "../src/base/config.ts";
import { createLogger } from "../src/base/logger.ts";
import { coreDatabase, runFile } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { openCore } from "../src/programs/open-core.ts";
import { allRestaters } from "../src/programs/restaters.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { databaseKinds } from "./support/databases.ts";
import { emptied, makeOldLog } from "./support/old-log.ts";
import { serveProcess } from "./support/process.ts";
import { request, resumeService } from "./support/service.ts";

const PRUNES = "/v1/activity/prunes";

for (const kind of databaseKinds()) {
  test(`a crash at any point of a prune is made good at the next start (${kind})`, async (t) => {
    const log = await makeOldLog(t, kind, 2300);
    const below = 2048;
    const core = await openCore(log.config, createLogger("core", "error"));
    t.true((await restate(core, allRestaters(), below, SYSTEM)) > 0);
    const fields = { below };
    const { first } = await core.activity.commit(async () => ({
      entries: [{ ...SYSTEM, action: "log.pruned", outcome: "ok", fields }],
      result: null,
    }));
    await core.close();
    t.deepEqual((await verify(log.config)).problems, [], "said, and nothing emptied yet");

    const db = openDatabase(coreDatabase(log.config));
    t.teardown(() => db.destroy());
    await recordPruned(db, below, first);
    let slices = 0;
    t.is(await emptyBodies(db, below, () => slices++ > 0), 1000);
    t.deepEqual((await verify(log.config)).problems, [], "half of them emptied");

    const service = await resumeService(t, log.config);
    t.is(await emptied(log.config, below), below);
    await service.stop();
    t.deepEqual((await verify(log.config)).problems, []);
  });

  test(`what changes while a prune is at work is vouched for as it is then (${kind})`, async (t) => {
    const log = await makeOldLog(t, kind, 300);
    const service = await resumeService(t, log.config);
    const [officer, auditor] = [await service.token("officer"), await service.token("auditor")];
    const custodian = await service.token("custodian");
    const { id } = (await service.call("POST", PRUNES, officer, {})).body;
    const meter = (n: number, act: string) =>
      service.call("POST", `/v1/meters/KAM-${20_000_000 + n}/${act}`, custodian);
    const own = `/v1/tokens/${custodian.slice(3, 29)}`;
    const [done, ...others] = await Promise.all([
      service.call("POST", `${PRUNES}/${id}/approve`, auditor),
      ...[1, 2, 3, 5, 6].map((n) => meter(n, "rotate")),
      ...[7, 8, 9].map((n) => meter(n, "retire")),
      service.call("DELETE", `/v1/recipients/${log.recipient}`, custodian),
    ]);
    t.is(done.status, 200, done.text);
    t.deepEqual([...new Set(others.map(({ status }) => status))], [200]);
    t.is((await service.call("DELETE", own, service.admin)).status, 200);
    await service.stop();
    t.deepEqual((await verify(log.config)).problems, []);
  });
}

test("kill -9 during a prune, at several moments: nothing is lost, and it comes to its end", async (t) => {
  t.timeout(120_000);
  const log = await makeOldLog(t, "sqlite", 6000);
  const { data } = log.config;
  const settings = { METERSEAL_LOG_LEVEL: "error", METERSEAL_LOG_RETENTION_DAYS: "30" };
  let tokens: string[] = [];
  for (const wait of [0, 40, 120]) {
    const service = await serveProcess(t, data, settings);
    const post = (path: string, token: string, body?: unknown) =>
      request(`${service.internal}${path}`, "POST", token, body);
    if (tokens.length === 0) {
      tokens = await Promise.all(
        ["officer", "auditor"].map(
          async (role): Promise<string> =>
            (await post("/v1/tokens", log.admin, { role })).body.token,
        ),
      );
    }
    const [officer = "", auditor = ""] = tokens;
    const proposed = await post(PRUNES, officer, {});
    t.true(["LOG_PRUNE_EMPTY", undefined].includes(proposed.body.code), proposed.text);
    const approving = post(`${PRUNES}/${proposed.body.id}/approve`, auditor).catch(() => null);
    await delay(wait);
    process.kill(JSON.parse(readFileSync(runFile(data), "utf8")).pid, "SIGKILL");
    await Promise.all([approving, service.end("SIGKILL")]);
    t.deepEqual((await verify(log.config)).problems, [], `after ${wait} ms`);
  }
  const service = await resumeService(t, log.config);
  const [officer = "", auditor = ""] = tokens;
  const { body } = await service.call("POST", PRUNES, officer, {});
  if (body.id !== undefined) {
    t.is((await service.call("POST", `${PRUNES}/${body.id}/approve`, auditor)).status, 200);
  }
  const below = log.old - (log.old % 256);
  t.is(await emptied(log.config, below), below);
  await service.stop();
  t.deepEqual((await verify(log.config)).problems, []);
});

function verify(config: Config) {
  return verifyDataDirectory(config, {}, () => undefined);
}
