/**
 * `log verify` from a data directory: after every attack on it, and while the core is at work.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import test, { type ExecutionContext } from "ava";
import { writeHead } from "../src/activity/append/head-store.ts";
import { formatVkey } from "../src/activity/hashing.ts";
import type { Config } from "../src/base/config.ts";
import { coreDatabase, headStoreFile } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { ATTACKS, type Indices, TABLES } from "./support/attacks.ts";
import { type DatabaseKind, databaseKinds } from "./support/databases.ts";
import {
  ndjson,
  type Parsed,
  parseNdjson,
  resumeService,
  type Service,
  startService,
} from "./support/service.ts";
import { backUp, dropTriggers } from "./support/tamper.ts";

const FRAME = "1E440C2E7856341201027A2A0010055E25183A152AA01322A8B355E717A5A8";
const KEY = "000102030405060708090a0b0c0d0e0f";
for (const kind of databaseKinds()) {
  test(`a clean log verifies, and after each attack says from where on not (${kind})`, async (t) => {
    const { config } = await worked(t, kind);
    const clean = await verify(config);
    t.like(clean, { ok: true, trust: "data directory", unsigned: 0, problems: [] });
    const db = openDatabase(coreDatabase(config));
    t.teardown(() => db.destroy());
    await dropTriggers(db);
    const restore = await backUp(db, TABLES);
    const entries = (await db("log_entries").orderBy("idx").select("body")).map(
      ({ body }): Parsed => JSON.parse(body),
    );
    const indices: Indices = (action) => {
      const [first = -1, ...more] = entries.flatMap((e, i) => (e.action === action ? [i] : []));
      return [first, ...more];
    };
    for (const { title, code, run } of ATTACKS) {
      const index = await run(db, indices);
      const report = await verify(config);
      t.false(report.ok, title);
      t.is(report.problems[0]?.index, index, `${title}: ${JSON.stringify(report.problems)}`);
      t.true(
        report.problems.some((found) => found.index === index && found.code === code),
        title,
      );
      await restore();
      t.true((await verify(config)).ok, title);
    }
  });

  test(`a log is held against a pinned key and an auditor's checkpoint (${kind})`, async (t) => {
    const { config } = await worked(t, kind);
    const vkey = readFileSync(`${config.data}/log.vkey`, "utf8").trim();
    t.like(await verify(config, { vkey }), { ok: true, trust: "pinned key" });
    const foreign = formatVkey({ name: config.origin, publicKey: new Uint8Array(32).fill(1) });
    const refused = await verify(config, { vkey: foreign });
    t.like(refused.problems[0], { index: 0, code: "CHECKPOINT_SIGNATURE" });
    await t.throwsAsync(verify(config, { vkey: "no key" }), { message: /verifier key/ });

    const { size } = await verify(config);
    const db = openDatabase(coreDatabase(config));
    t.teardown(() => db.destroy());
    const restore = await backUp(db, TABLES);
    const oldHead = readFileSync(headStoreFile(config), "utf8");
    const service = await resumeService(t, config);
    const auditor = await service.token("auditor");
    const checkpoint = (await service.call("GET", "/log/checkpoint", auditor)).text;
    await service.stop();
    t.true((await verify(config, { checkpoint })).ok);
    t.true((await verify(config, { checkpoint: oldHead })).ok);
    // A whole older copy, head store and all: only who stands outside can tell.
    await dropTriggers(db);
    await restore();
    writeHead(headStoreFile(config), oldHead);
    t.true((await verify(config)).ok);
    const truncated = await verify(config, { checkpoint });
    t.like(truncated.problems[0], { index: size, code: "LOG_TRUNCATED" });
  });

  test(`a log verifies while the core is running and appending (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const state = { isDone: false };
    const appending = (async () => {
      while (!state.isDone) {
        await service.token("auditor");
      }
    })();
    const sizes: number[] = [];
    // On a busy machine some of them see no entry come.
    while (sizes.length < 6 || sizes.at(-1) === sizes[0]) {
      const report = await verify(service.config);
      t.deepEqual(report.problems, []);
      sizes.push(report.size);
    }
    state.isDone = true;
    await appending;
    t.deepEqual(
      sizes,
      sizes.toSorted((a, b) => a - b),
    );
    await service.stop();
    t.like(await verify(service.config), { ok: true, unsigned: 0 });
  });
}

/** A deployment that has done some of everything and was stopped. */
async function worked(t: ExecutionContext, kind: DatabaseKind): Promise<Service> {
  const service = await startService(t, kind);
  const customer = await service.customer("Stadtwerke");
  const custodian = await service.token("custodian");
  for (const number of ["11111111", "22222222", "33333333"]) {
    const meter = { customer, address: `KAM-${number}` };
    t.is((await service.call("POST", "/v1/meters", custodian, meter)).status, 201);
  }
  const rows = Array.from({ length: 50 }, (_, i) => ({ address: `KAM-${40_000_000 + i}` }));
  const path = `/v1/meters/import?customer=${customer}`;
  const generated = await service.call("POST", path, custodian, ndjson(rows));
  t.is(generated.body.imported, 50);
  const known = [
    { address: "KPL-12345678/01/02", key: KEY },
    { address: "KAM-50000000", key: KEY },
  ];
  t.is((await service.call("POST", path, custodian, ndjson(known))).body.imported, 2);
  const machine = await service.token("data-management");
  const lines = ndjson([{ ref: 1, frame: FRAME }, { frame: "00" }]);
  const answer = await service.call("POST", "/v1/frames/decrypt", machine, lines);
  t.is(parseNdjson(answer.text)[0].verification, "check16");
  const auditor = await service.token("auditor");
  const id = auditor.slice(3, 29);
  t.is((await service.call("DELETE", `/v1/tokens/${id}`, service.admin)).status, 200);
  await service.stop();
  return service;
}

function verify(config: Config, pins: Parameters<typeof verifyDataDirectory>[1] = {}) {
  return verifyDataDirectory(config, pins, () => undefined);
}
