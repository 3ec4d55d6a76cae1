import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { openDatabase } from "../src/db/open.ts";
import { collectLink } from "../src/handover/collect/collect.ts";
import { toBase64url } from "../src/handover/protocol/base64url.ts";
import { deriveLink } from "../src/handover/protocol/derive.ts";
import { initialise } from "../src/programs/init.ts";
import { temporaryFolder } from "./support/databases.ts";
import { coreProcess, exchangeProcess, movedHome } from "./support/exchange-process.ts";
import { ndjson, request, testConfig } from "./support/service.ts";

/** An exchange with its own directory, a core with another, and a customer with one meter. */
async function apart(t: ExecutionContext) {
  const folder = temporaryFolder(t);
  const data = join(folder, "core");
  const { token: admin } = await initialise(testConfig({ data }));
  const home = movedHome(data, join(folder, "public"));
  const x = await exchangeProcess(t, home);
  const core = await coreProcess(t, data, x.url);
  const call = (internal: string, method: string, path: string, body?: unknown) =>
    request(`${internal}${path}`, method, admin, body);
  const post = (path: string, body: unknown) => call(core.internal, "POST", path, body);
  const { customer } = (await post("/v1/customers", { name: "Apart" })).body;
  const { token } = (await post("/v1/tokens", { role: "custodian" })).body;
  const row = { address: "KAM-76348799/01/07", key: "0123456789abcdef0123456789abcdef" };
  const rows = await request(
    `${core.internal}/v1/meters/import?customer=${customer}`,
    "POST",
    token,
    ndjson([row]),
  );
  t.is(rows.body.imported, 1);
  const link = async (internal: string) => {
    const wanted = { customer, all: true, to: "Haus 4", purpose: "order 1" };
    return (await request(`${internal}/v1/links`, "POST", token, wanted)).body;
  };
  const restart = () => exchangeProcess(t, home, { METERSEAL_EXCHANGE_PORT: new URL(x.url).port });
  return { folder, data, home, x, core, call, link, restart };
}

const collect = (created: { link: string; pin: string }) =>
  collectLink({
    link: created.link,
    pin: () => created.pin,
    issuer: null,
    clock: () => new Date(),
    retry: { attempts: 1, firstDelayMs: 10 },
  });

async function until(isSo: () => Promise<boolean>): Promise<boolean> {
  for (let i = 0; i < 100; i++) {
    if (await isSo()) {
      return true;
    }
    await delay(100);
  }
  return false;
}

test("the exchange lives without its core: links are collected while it is away, after a restart once it is back", async (t) => {
  t.timeout(110_000);
  const { folder, data, x, core, call, link, restart } = await apart(t);
  const [first, second] = [await link(core.internal), await link(core.internal)];
  t.is(first.state, "open");
  await core.end("SIGTERM");
  // Nothing of the core is left that the exchange could read.
  renameSync(data, join(folder, "gone"));
  const early = await collect(first);
  t.is(early.bundle?.meters.length, 1);
  await early.confirm("Ida");
  await x.end("SIGKILL");

  const again = await restart();
  t.is((await again.request("GET", "/healthz")).status, 200);
  t.is((await again.request("GET", "/readyz")).body.code, "EXCHANGE_RESYNC");
  await t.throwsAsync(collect(second), { code: "EXCHANGE_UNAVAILABLE" });
  renameSync(join(folder, "gone"), data);
  const back = await coreProcess(t, data, x.url);
  t.true(await until(async () => (await again.request("GET", "/readyz")).status === 200));
  const late = await collect(second);
  await late.confirm("Ida");
  // What happened while the core was away has reached its log.
  for (const { reference } of [first, second]) {
    const view = () => call(back.internal, "GET", `/v1/links/${reference}`);
    t.true(await until(async () => (await view()).body.state === "confirmed"), reference);
  }
  const { exchange } = (await call(back.internal, "GET", "/v1/status")).body;
  t.is(exchange.state, "answering");
});

test("the exchange knows nothing of the core: no file, no setting", async (t) => {
  const { data, x, home } = await apart(t);
  t.deepEqual(
    readdirSync(home.directory).filter((name) => /root|core\.sqlite|admin/.test(name)),
    [],
  );
  const proc = `/proc/${x.child.pid}`;
  if (existsSync(proc)) {
    const environment = readFileSync(`${proc}/environ`, "utf8").split("\0").filter(Boolean);
    const names = environment.map((line) => line.slice(0, line.indexOf("=")));
    t.deepEqual(names.filter((name) => name.startsWith("METERSEAL_")).sort(), [
      "METERSEAL_DATA",
      "METERSEAL_EXCHANGE_PORT",
      "METERSEAL_EXCHANGE_REQUESTS_PER_MINUTE",
    ]);
    t.false(environment.some((line) => line.includes(data)));
    const files = readdirSync(`${proc}/fd`).map((fd) => {
      try {
        return readlinkSync(`${proc}/fd/${fd}`);
      } catch {
        return "";
      }
    });
    t.true(files.some((file) => file.startsWith(home.directory)));
    t.false(files.some((file) => file.startsWith(data)));
  }
});

const DAMAGES: readonly (readonly [string, readonly string[]])[] = [
  ["a gap", ["DELETE FROM events WHERE n = (SELECT max(n) - 1 FROM events)"]],
  [
    "an edited event",
    [
      "UPDATE events SET body = replace(body, '\"v\":1', '\"v\":2') WHERE n = (SELECT max(n) FROM events)",
    ],
  ],
  ["a cut", ["DELETE FROM events", "UPDATE event_head SET n = 0, hash = zeroblob(32)"]],
];

for (const [what, damage] of DAMAGES) {
  test(`${what} in the chain of the exchange raises an alarm in the core (abuse 42)`, async (t) => {
    t.timeout(110_000);
    const { home, core, data, x, call, link, restart } = await apart(t);
    const created = await link(core.internal);
    const wanted = { role: "auditor", purpose: "an alarm" };
    const { token } = (await call(core.internal, "POST", "/v1/tokens", wanted)).body;
    const told = async (internal: string, action: string): Promise<number> =>
      (await request(`${internal}/v1/activity?action=${action}`, "GET", token)).body.items.length;
    const { linkId, authKey } = deriveLink(Buffer.from(created.link.slice(-43), "base64url"));
    const proof = { linkId: toBase64url(linkId), authKey: toBase64url(authKey) };
    t.is((await x.post("/x/peek", proof)).status, 200);
    // The core knows two events, and has not seen the next three.
    t.true(await until(async () => (await told(core.internal, "link.opened")) === 1));
    await core.end("SIGTERM");
    for (let i = 0; i < 3; i++) {
      t.is((await x.post("/x/peek", proof)).status, 200);
    }
    await x.end("SIGTERM");
    const db = openDatabase(home.location);
    for (const sql of damage) {
      await db.raw(sql);
    }
    await db.destroy();
    await restart();
    const back = await coreProcess(t, data, x.url);
    const state = async () => (await call(back.internal, "GET", "/v1/status")).body.exchange.state;
    t.true(await until(async () => (await state()) === "forked"));
    t.true(await until(async () => /EXCHANGE_FORK/.test(back.log())));
    t.is(await told(back.internal, "exchange.fork"), 1);
    t.is((await link(back.internal)).code, "EXCHANGE_UNTRUSTED");
  });
}
