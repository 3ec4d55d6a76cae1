/**
 * Pruning: two tokens, a policy, and a log that is as whole afterwards as before.
 *
 * @module
 */
import test from "ava";
import type { Config } from "../src/base/config.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { databaseKinds } from "./support/databases.ts";
import { emptied, makeOldLog } from "./support/old-log.ts";
import { isProven } from "./support/proven.ts";
import { type Parsed, resumeService, type Service } from "./support/service.ts";
import { areGone } from "./support/storage.ts";
import { dropTriggers } from "./support/tamper.ts";

const PRUNES = "/v1/activity/prunes";

for (const kind of databaseKinds()) {
  test(`old entries go when a second token approves; what is left is whole (${kind})`, async (t) => {
    const log = await makeOldLog(t, kind);
    const service = await resumeService(t, log.config);
    const [officer, auditor] = [await service.token("officer"), await service.token("auditor")];
    const checkpoint = (await service.call("GET", "/log/checkpoint", auditor)).text;

    const tooYoung = { before: new Date(Date.now() - 29 * 86_400_000).toISOString() };
    t.is((await service.call("POST", PRUNES, officer, tooYoung)).body.code, "LOG_RETENTION");
    const proposed = await service.call("POST", PRUNES, officer, {});
    t.is(proposed.status, 201);
    const { id, below, entries } = proposed.body;
    t.is(below, log.old - (log.old % 256));
    t.is(entries, below);
    const approve = (token: string, which = id) =>
      service.call("POST", `${PRUNES}/${which}/approve`, token);
    t.is((await approve(officer)).body.code, "SAME_ACTOR");
    t.is((await approve(service.admin)).body.code, "FORBIDDEN");
    t.is((await approve(auditor, "prn_0000000000000000000000")).body.code, "PRUNE_UNKNOWN");
    t.is((await service.call("GET", "/v1/activity/0", auditor)).status, 200);

    const proofOf = async (index: number) =>
      (await service.call("GET", `/v1/activity/${index}/proof`, auditor)).body;
    const [gone, kept] = [await proofOf(5), await proofOf(below)];

    const done = await approve(auditor);
    t.like(done.body, { id, below, entries });
    t.is((await approve(auditor)).body.code, "PRUNE_DONE");
    t.is((await service.call("POST", PRUNES, officer, {})).body.code, "LOG_PRUNE_EMPTY");
    t.like(await service.call("GET", "/v1/activity/5", auditor), {
      status: 404,
      body: { code: "ENTRY_PRUNED" },
    });
    const list = await service.call("GET", PRUNES, officer);
    t.like(list.body.items[0], { id, state: "pruned", below });

    const vkey = (await service.call("GET", "/log/vkey", auditor)).text;
    t.true(isProven(kept, vkey) && isProven(await proofOf(below), vkey));
    t.true(isProven(gone, vkey), "who kept a pruned entry and its proof still proves it");
    const actions = await actionsFrom(service, auditor, log.old);
    const order = ["log.prune.proposed", "log.prune.approved", "token.restated"];
    for (const action of [...order, "recipient.restated", "lives.restated", "meters.restated"]) {
      t.true(actions.includes(action), action);
    }
    t.true(actions.indexOf("log.pruned") > actions.lastIndexOf("meters.restated"));
    await service.stop();
    t.deepEqual((await verify(log.config)).problems, []);
    t.deepEqual((await verify(log.config, checkpoint)).problems, []);

    // The revoked token stays so, from entries that stand above the prune.
    const again = await resumeService(t, log.config);
    t.is((await again.call("GET", "/v1/activity", log.revoked)).status, 401);
    t.is((await again.call("GET", PRUNES, officer)).body.below, below);
    t.is(await emptied(log.config, below), below);
    await again.stop();
    const db = openDatabase(coreDatabase(log.config));
    t.teardown(() => db.destroy());
    const [left] = await db("log_entries").where("body", "<>", "").min({ idx: "idx" });
    t.is(Number(left?.["idx"]), below);
    if (kind === "sqlite") {
      const file = `${log.config.data}/core.sqlite`;
      t.true(await areGone({ file }, [Buffer.from('"action":"service.initialised"')]));
    }
  });

  test(`after a prune a row that is tampered with is found as before (${kind})`, async (t) => {
    const log = await makeOldLog(t, kind, 300);
    const service = await resumeService(t, log.config);
    await prune(service);
    await service.stop();
    t.deepEqual((await verify(log.config)).problems, []);
    const db = openDatabase(coreDatabase(log.config));
    t.teardown(() => db.destroy());
    const attacks = [
      ["meters", { number: 5 }, { profile: "oms-a" }, "METER_CHANGED"],
      ["meters", { status: "retired" }, { status: "enrolled" }, "METER_CHANGED"],
      ["tokens", { role: "auditor" }, { role: "officer" }, "TOKEN_CHANGED"],
      ["tokens", {}, { revoked_at: null }, "TOKEN_CHANGED"],
      ["recipients", {}, { confirmed_at: null }, "RECIPIENT_CHANGED"],
    ] as const;
    for (const [table, where, change, code] of attacks) {
      const before: Parsed[] = await db(table).select();
      t.true((await db(table).where(where).update(change)) > 0);
      const { problems } = await verify(log.config);
      t.true(
        problems.some((problem) => problem.code === code),
        `${table} ${JSON.stringify(change)}`,
      );
      for (const row of before) {
        await db(table).where({ id: row.id }).update(row);
      }
    }
    t.deepEqual((await verify(log.config)).problems, []);
  });

  test(`rows that are not what was logged stop a prune (${kind})`, async (t) => {
    const log = await makeOldLog(t, kind, 300);
    const service = await resumeService(t, log.config);
    const db = openDatabase(coreDatabase(log.config));
    t.teardown(() => db.destroy());
    await db("meters").where({ number: 5 }).update({ profile: "oms-a" });
    const [officer, auditor] = [await service.token("officer"), await service.token("auditor")];
    const { id } = (await service.call("POST", PRUNES, officer, {})).body;
    const refused = await service.call("POST", `${PRUNES}/${id}/approve`, auditor);
    t.like(refused.body, { status: 409, code: "LOG_PRUNE_AUDIT" });
    t.is((await service.call("GET", "/v1/activity/0", auditor)).status, 200);
    await db("meters").where({ number: 5 }).update({ profile: "wmbus" });
    const done = await service.call("POST", `${PRUNES}/${id}/approve`, auditor);
    t.is(done.status, 200, "the same proposal, once the rows are right");
    await service.stop();
    t.deepEqual((await verify(log.config)).problems, []);
  });

  test(`without a policy nothing is ever pruned (${kind})`, async (t) => {
    const log = await makeOldLog(t, kind, 300, null);
    const service = await resumeService(t, log.config);
    const officer = await service.token("officer");
    t.is((await service.call("POST", PRUNES, officer, {})).body.code, "LOG_RETENTION_NONE");
    const scoped = await service.token("officer", log.customer);
    t.is((await service.call("POST", PRUNES, scoped, {})).body.code, "SCOPE");
  });

  test(`the triggers let nothing else be changed or emptied (${kind})`, async (t) => {
    const log = await makeOldLog(t, kind, 600);
    const service = await resumeService(t, log.config);
    const below = await prune(service);
    await service.stop();
    const db = openDatabase(coreDatabase(log.config));
    t.teardown(() => db.destroy());
    const entries = (idx: number) => db("log_entries").where({ idx });
    const { entry } = await db("log_pruned").first("entry");
    const attempts = [
      () => entries(below).update({ body: "" }),
      () => entries(5).update({ body: "x" }),
      () => entries(5).update({ leaf_hash: Buffer.alloc(32) }),
      () => entries(5).update({ idx: 1_000_000 }),
      () => entries(5).delete(),
      () => db("log_entries").where("idx", ">=", 0).delete(),
      () => db("log_pruned").update({ below: below + 256 }),
      () => db("log_pruned").delete(),
      () => db("log_pruned").insert({ below: below + 256, entry }),
      () => db("log_pruned").insert({ below: below - 256, entry }),
      () => db("log_pruned").insert({ below, entry: entry - 1 }),
      ...(kind === "sqlite"
        ? [() => db.raw(`INSERT OR REPLACE INTO log_pruned (below, entry) VALUES (${below}, 1)`)]
        : [() => db.raw("TRUNCATE log_pruned"), () => db.raw("TRUNCATE log_entries")]),
    ];
    for (const [i, attempt] of attempts.entries()) {
      await t.throwsAsync(async () => await attempt(), undefined, String(i));
    }
    t.deepEqual((await verify(log.config)).problems, []);

    // And without them: an entry that was emptied with no `log.pruned` over it is missed.
    await dropTriggers(db);
    await entries(below).update({ body: "" });
    t.like((await verify(log.config)).problems[0], { index: below, code: "ENTRY_MISSING" });
  });
}

async function prune(service: Service): Promise<number> {
  const [officer, auditor] = [await service.token("officer"), await service.token("auditor")];
  const { id } = (await service.call("POST", PRUNES, officer, {})).body;
  return (await service.call("POST", `${PRUNES}/${id}/approve`, auditor)).body.below;
}

async function actionsFrom(service: Service, auditor: string, after: number): Promise<string[]> {
  const path = `/v1/activity?limit=1000&after=${after - 1}`;
  const { body } = await service.call("GET", path, auditor);
  return body.items.map(({ entry }: Parsed) => entry.action);
}

function verify(config: Config, checkpoint?: string) {
  const pins = checkpoint === undefined ? {} : { checkpoint };
  return verifyDataDirectory(config, pins, () => undefined);
}
