/**
 * Requests that a listener must not take, what it says of them, and what it writes down.
 *
 * @module
 */
import test from "ava";
import { createRefusals } from "../src/activity/refusals.ts";
import type { Config } from "../src/base/config.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { databaseKinds, onEveryDatabase } from "./support/databases.ts";
import { createTestLog } from "./support/log.ts";
import { rawRequest } from "./support/raw-request.ts";
import { type Parsed, type Service, startService } from "./support/service.ts";

const SECRET = "5ec4e7c0ffee5ec4e7c0ffee5ec4e7c0";

for (const kind of databaseKinds()) {
  test(`a Host that is not ours is refused before anything else (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const headers = { authorization: `Bearer ${service.admin}` };
    for (const listener of [service.internal, service.field]) {
      for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost@evil"]) {
        const answer = await rawRequest(`${listener}/v1/customers`, { ...headers, host });
        t.is(answer.status, 421, host);
        t.is(JSON.parse(answer.text).code, "HOST_UNKNOWN");
      }
      const { port } = new URL(listener);
      for (const host of ["localhost", `localhost:${port}`, `127.0.0.1:${port}`, "LOCALHOST"]) {
        t.is((await rawRequest(`${listener}/healthz`, { host })).status, 200, host);
      }
    }
  });

  test(`a body that does not fit is refused with our own words and a pointer (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const custodian = await service.token("custodian");
    const customer = await service.customer("Stadtwerke");
    const send = (path: string, body: unknown, type?: string) =>
      service.call("POST", path, path.startsWith("/v1/m") ? custodian : service.admin, body, type);
    const json = "application/json";
    const deep = `${"[".repeat(9)}${"]".repeat(9)}`;
    const cases: readonly (readonly [string, unknown, number, string, string?])[] = [
      ["/v1/customers", { name: "A", [SECRET]: 1 }, 400, "BAD_REQUEST"],
      ["/v1/customers", {}, 400, "BAD_REQUEST", "/name"],
      ["/v1/customers", { name: 7 }, 400, "BAD_REQUEST", "/name"],
      ["/v1/customers", { name: " " }, 400, "BAD_REQUEST", "/name"],
      ["/v1/customers", { name: SECRET.repeat(9) }, 400, "BAD_REQUEST", "/name"],
      ["/v1/tokens", { role: SECRET }, 400, "BAD_REQUEST", "/role"],
      ["/v1/tokens", { role: "auditor", expires: SECRET }, 400, "BAD_REQUEST", "/expires"],
      ["/v1/tokens", { role: "auditor", expires: "9999d" }, 400, "BAD_REQUEST", "/expires"],
      ["/v1/meters", { customer, address: SECRET }, 400, "ADDRESS_FORMAT"],
      ["/v1/meters", { customer, address: "KAM-76348799", key: SECRET }, 400, "BAD_REQUEST"],
    ];
    for (const [path, body, status, code, pointer] of cases) {
      const answer = await send(path, body);
      t.like(answer.body, { status, code }, answer.text);
      t.is(answer.body.pointer ?? undefined, pointer ?? answer.body.pointer);
      t.false(answer.text.includes(SECRET));
      t.true((answer.headers.get("request-id") ?? "").length >= 16);
    }
    const broken: readonly (readonly [string, number, string])[] = [
      [`{"name":"${SECRET}"`, 400, "BODY_JSON"],
      [`{"name":"A"}${SECRET}`, 400, "BODY_JSON"],
      [`${SECRET}`, 400, "BODY_JSON"],
      ["", 400, "BODY_JSON"],
      [deep, 400, "BODY_SHAPE"],
      [`{"name":"${'\\"'.repeat(120_000)}`, 400, "BODY_JSON"],
      [JSON.stringify({ name: "[".repeat(100) }), 201, ""],
      [JSON.stringify({ name: "x".repeat(300_000) }), 413, "BODY_SIZE"],
    ];
    for (const [text, status, code] of broken) {
      const answer = await send("/v1/customers", text, json);
      t.is(answer.status, status, answer.text);
      t.is(answer.body.code ?? "", code);
      t.false(answer.text.includes(SECRET));
    }
    t.is((await send("/v1/customers", "name=A", "application/x-www-form-urlencoded")).status, 415);
    t.is((await service.call("GET", "/v1/meters?lmit=1", custodian)).status, 400);
    t.is((await service.call("GET", "/v1/meters?limit=1001", custodian)).status, 400);
    t.is((await service.call("GET", "/v1/meters/%ff", custodian)).status, 400);
    const names = (await service.call("GET", "/v1/customers", service.admin)).body.items;
    t.is(names.length, 2);
    await service.stop();
    for (const { body } of await logOf(service.config)) {
      t.false(body.includes(SECRET));
    }
  });

  test(`a known caller's refusals are entries, up to 60 a minute, then counted (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const installer = await service.token("installer");
    for (let i = 0; i < 70; i++) {
      t.is((await service.call("GET", "/v1/activity", installer)).status, 403);
    }
    await service.stop();
    const own = installer.slice(3, 29);
    const entries = (await logOf(service.config)).map(({ body }): Parsed => JSON.parse(body));
    const leaves = entries.filter(({ action }) => action === "activity.read.refused");
    t.like(leaves[0], { actor: own, role: "installer", outcome: "refused", code: "FORBIDDEN" });
    t.regex(leaves[0].request, /^[\w-]{16}$/);
    // A minute may have begun while they were sent.
    t.true(leaves.length >= 60);
    t.is(leaves.length + counted(entries, ["token", own, "FORBIDDEN"]), 70);
  });

  test(`a flood of unauthenticated requests adds a handful of entries (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const before = (await logOf(service.config)).length;
    for (let i = 0; i < 60; i++) {
      await Promise.all(Array.from({ length: 50 }, (_, n) => flood(service, i * 50 + n)));
    }
    await service.stop();
    const entries = (await logOf(service.config)).map(({ body }): Parsed => JSON.parse(body));
    t.true(entries.length - before <= 5, `${entries.length - before} entries`);
    const route = ["internal", "GET /v1/meters/:meter", "UNAUTHENTICATED"];
    t.is(counted(entries, route), 1500);
    t.is(counted(entries, ["field", "GET other", "NOT_FOUND"]), 1500);
  });
}

onEveryDatabase("one token is written down 60 times in each minute", async (t, db) => {
  const log = await createTestLog(t, db);
  const activity = await log.open();
  const clock = { now: 0 };
  const refusals = createRefusals(activity, t.log, () => clock.now);
  const caller = { role: "auditor", auth: "token", purpose: null, request: null } as const;
  const refuse = async (actor: string, times: number) => {
    for (let i = 0; i < times; i++) {
      await refusals.known({ ...caller, actor }, "x.refused", "FORBIDDEN");
    }
  };
  const size = async () => (await activity.checkpoint()).size;
  await refuse("tok_a", 100);
  t.is(await size(), 60);
  await refuse("tok_b", 1);
  t.is(await size(), 61);
  clock.now += 60_000;
  await refuse("tok_a", 61);
  t.is(await size(), 121);
  await refusals.close();
  t.is(await size(), 122);
  const [row] = await db("log_entries").where({ idx: 121 }).select("body");
  t.like(JSON.parse(row.body), { action: "access.refused", code: "COUNTED" });
  t.deepEqual(JSON.parse(row.body).counts, [["token", "tok_a", "FORBIDDEN", 41]]);
});

/** Every second one asks for a meter, the others for paths of their own. */
function flood(service: Service, n: number): Promise<unknown> {
  return n % 2 === 0
    ? service.call(
        "GET",
        `/v1/meters/${n}`,
        `ms_tok_${String(n).padStart(22, "0")}_${"A".repeat(43)}`,
      )
    : fetch(`${service.field}/nothing/${n}`).then((answer) => answer.text());
}

async function logOf(config: Config): Promise<{ body: string }[]> {
  const db = openDatabase(coreDatabase(config));
  try {
    return await db("log_entries").orderBy("idx").select("body");
  } finally {
    await db.destroy();
  }
}

/** Sum over all `access.refused` entries. */
function counted(entries: readonly Parsed[], key: readonly string[]): number {
  return entries
    .filter(({ action }) => action === "access.refused")
    .flatMap(({ counts }): Parsed[] => counts)
    .filter((row) => key.every((part, i) => row[i] === part))
    .reduce((sum, row) => sum + row[3], 0);
}
