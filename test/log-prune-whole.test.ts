/**
 * A long log is pruned twice while it is in use: whoever checks it afterwards finds it whole.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { makeBusyLog } from "../bench/log/busy-log.ts";
import { createClient } from "../cli/client.ts";
import { exportLog } from "../cli/log/export-log.ts";
import { openMirror } from "../cli/log/mirror.ts";
import { createToken } from "../src/access/tokens.ts";
import { SYSTEM } from "../src/activity/entries/entry.ts";
import { parseVkey } from "../src/activity/hashing.ts";
import { directoryFiles } from "../src/activity/verify/files/directory-files.ts";
import { verifyFiles } from "../src/activity/verify/files/verify-files.ts";
import type { Config } from "../src/base/config.ts";
import { createLogger } from "../src/base/logger.ts";
import { adminTokenFile, coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { openCore } from "../src/programs/open-core.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { databaseKinds, freshDatabase, temporaryFolder } from "./support/databases.ts";
import { emptied } from "./support/old-log.ts";
import { isProven } from "./support/proven.ts";
import { resumeService, type Service, testConfig } from "./support/service.ts";
import { hasPython, startPython } from "./support/verify-py.ts";

const PRUNES = "/v1/activity/prunes";
const DAY_MS = 86_400_000;

for (const kind of databaseKinds()) {
  test(`pruned twice while in use: both verifiers, exports, proofs and questions agree (${kind})`, async (t) => {
    t.timeout(300_000);
    const folder = temporaryFolder(t);
    const urls = [await freshDatabase(t, kind), await freshDatabase(t, kind)];
    const [core, exchange] = urls.map((one) => ("url" in one ? one.url : undefined));
    const config = testConfig({
      data: join(folder, "data"),
      logRetentionDays: 30,
      ...(core === undefined ? {} : { databaseUrl: core, exchangeDatabaseUrl: exchange! }),
    });
    const log = await makeBusyLog(config, { entries: 18_000, days: 60, meters: 300 });
    const key = parseVkey(log.vkey)!;
    await renewAdmin(config);
    let service = await resumeService(t, config);
    const tokens = async (role: "officer" | "auditor") => await service.token(role);
    const [officer, auditor] = [await tokens("officer"), await tokens("auditor")];
    const dir = join(folder, "log");
    const toDir = async (to: string) =>
      await exportLog(
        createClient(new URL(service.internal), auditor),
        await openMirror(to),
        log.vkey,
        async () => () => undefined,
      );
    const before = await toDir(dir);
    t.is(before.pruned, 0);
    const checkpoint = (await service.call("GET", "/log/checkpoint", auditor)).text;
    let below = 0;
    for (const days of [40, 31]) {
      const time = new Date(Date.now() - days * DAY_MS).toISOString();
      // Segments have 4096 entries, and a prune ends between two.
      const { body } = await service.call("POST", PRUNES, officer, { before: time });
      const busy = inUse(service, auditor);
      const done = await service.call("POST", `${PRUNES}/${body.id}/approve`, auditor);
      t.is(done.status, 200, done.text);
      await busy.stop();
      t.deepEqual(busy.wrong, []);
      t.true(done.body.below > below);
      below = done.body.below;
      const found = await verifyDataDirectory(
        config,
        { vkey: log.vkey, checkpoint },
        () => undefined,
      );
      t.deepEqual(found.problems, [], "while it runs");
    }
    t.is(await emptied(config, below), below);
    for (const round of ["before", "after"]) {
      const fresh = await toDir(join(folder, `fresh-${round}`));
      t.is(fresh.pruned, below);
      t.is((await toDir(dir)).pruned, 0, "what was exported before stays");
      for (const one of [dir, join(folder, `fresh-${round}`)]) {
        const outside = [{ what: "kept", note: checkpoint }];
        t.deepEqual((await verifyFiles(directoryFiles(one), key, { outside })).problems, [], one);
      }
      const proof = (index: number) => service.call("GET", `/v1/activity/${index}/proof`, auditor);
      t.like(await proof(below - 1), { status: 404, body: { code: "ENTRY_PRUNED" } });
      t.true(isProven((await proof(below)).body, log.vkey));
      await askedAsRead(service, auditor);
      if (round === "before") {
        await service.stop();
        service = await resumeService(t, config);
      }
    }
    await service.stop();
    t.deepEqual((await verifyDataDirectory(config, {}, () => undefined)).problems, []);
    if (hasPython(t)) {
      const python = startPython(t);
      const said = [await python({ dir: join(folder, "fresh-after"), key: log.vkey })];
      said.push(await python({ dir, key: log.vkey }));
      if (kind === "sqlite") {
        said.push(await python({ data: config.data, key: log.vkey }));
      }
      t.deepEqual(
        said.map(({ problems }) => problems),
        said.map(() => []),
      );
    }

    async function askedAsRead({ call }: Service, token: string): Promise<void> {
      const db = openDatabase(coreDatabase(config));
      const rows: { idx: number; body: string }[] = await db("log_entries")
        .where("body", "<>", "")
        .orderBy("idx")
        .select("idx", "body");
      await db.destroy();
      const entries = rows.map(({ idx, body }) => ({ idx, ...JSON.parse(body) }));
      t.is(rows[0]?.idx, below);
      const counted = (await call("GET", "/v1/activity/terms?field=action", token)).body;
      const seen = entries.filter(({ idx }) => idx < counted.size);
      for (const { value, count } of counted.items) {
        t.is(count, seen.filter(({ action }) => action === value).length, value);
      }
      for (const action of [
        "frames.decrypted",
        "link.dispatched",
        "log.pruned",
        "token.restated",
      ]) {
        const found: number[] = [];
        for (let after = -1; ; ) {
          const path = `/v1/activity?action=${action}&limit=1000&after=${after}`;
          const { items, next } = (await call("GET", path, token)).body;
          found.push(...items.map(({ index }: { index: number }) => index));
          if (next === null) {
            break;
          }
          after = next;
        }
        const own = seen.filter((entry) => entry.action === action).map(({ idx }) => idx);
        t.deepEqual(
          found.filter((idx) => idx < counted.size),
          own,
          action,
        );
      }
    }
  });
}

/** The first token has ended a month ago. */
async function renewAdmin(config: Config): Promise<void> {
  const core = await openCore(config, createLogger("core", "error"));
  const wanted = { role: "admin", customer: null, name: null, purpose: null } as const;
  const expiresAt = new Date(Date.now() + DAY_MS);
  const made = await createToken({ ...core, clock: () => new Date() }, SYSTEM, {
    ...wanted,
    expiresAt,
  });
  writeFileSync(adminTokenFile(config.data), made.token);
  await core.close();
}

/** Acts and questions, one after the other, until it is stopped. */
function inUse(service: Service, auditor: string) {
  let isOver = false;
  const wrong: string[] = [];
  const running = (async () => {
    for (let n = 0; !isOver; n++) {
      const made = await service.call("POST", "/v1/customers", service.admin, { name: `C${n}` });
      const asked = await service.call("GET", "/v1/activity?action=frames.decrypted", auditor);
      for (const { status, text } of [made, asked]) {
        if (status >= 300) {
          wrong.push(text);
        }
      }
    }
  })();
  return {
    wrong,
    async stop() {
      isOver = true;
      await running;
    },
  };
}
