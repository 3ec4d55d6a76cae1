/**
 * Who may do what, asked over the real listeners.
 *
 * The table of routes is written from the roles' description, not from the code's own table.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import test from "ava";
import type { Role } from "../src/access/roles.ts";
import { coreDatabase } from "../src/base/paths.ts";
import { openDatabase } from "../src/db/open.ts";
import { databaseKinds } from "./support/databases.ts";
import { KNOWN_METERS, mode5 } from "./support/known-meters.ts";
import { ALL, BOTH, INTERNAL, type Route } from "./support/routes.ts";
import {
  ndjson,
  type Parsed,
  parseNdjson,
  request,
  resumeService,
  startService,
} from "./support/service.ts";

for (const kind of databaseKinds()) {
  test(`every route answers each role as the table says (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const customer = await service.customer("Stadtwerke");
    const tokens = new Map<Role, string>();
    for (const role of ALL) {
      tokens.set(role, await service.token(role));
    }
    const enrolled = { customer, address: "KAM-76348799" };
    const { meter } = (
      await service.call("POST", "/v1/meters", tokens.get("custodian") ?? "", enrolled)
    ).body;
    let n = 10_000_000;
    const fill = (text: string) =>
      text.replace(":customer", customer).replace(":meter", meter).replace(":n", String(n++));
    const send = (listener: string, { route, body }: Route, token: string | null) => {
      const [method = "", path = ""] = fill(route).split(" ");
      const filled = typeof body === "object" ? JSON.parse(fill(JSON.stringify(body))) : body;
      return request(`${listener}${path}`, method, token, filled);
    };
    const check = async (listener: string, asked: Route) => {
      const { route, status, roles } = asked;
      for (const role of ALL) {
        const answer = await send(listener, asked, tokens.get(role) ?? "");
        const expected = roles.includes(role) ? status : 403;
        t.is(answer.status, expected, `${route} as ${role}: ${answer.text}`);
        t.true((answer.headers.get("request-id") ?? "").length >= 16);
        if (expected === 403) {
          t.like(answer.body, { code: "FORBIDDEN", status: 403 });
          t.regex(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
        }
      }
      const answer = await send(listener, asked, null);
      t.is(answer.status, 401, route);
      t.is(answer.body.code, "UNAUTHENTICATED");
      t.is(answer.headers.get("www-authenticate"), "Bearer");
    };
    for (const asked of [...INTERNAL, ...BOTH]) {
      await check(service.internal, asked);
    }
    for (const asked of BOTH) {
      await check(service.field, asked);
    }
    // Outside the field listener's list there is nothing, whoever asks.
    for (const asked of INTERNAL) {
      for (const role of asked.roles) {
        const answer = await send(service.field, asked, tokens.get(role) ?? "");
        t.like(answer, { status: 404 }, asked.route);
        t.is(answer.body.code, asked.onField ?? "NOT_FOUND");
      }
    }
  });

  test(`a token that is none, spoilt, revoked, expired or tampered with is refused (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const good = await service.token("auditor");
    const ask = (token: string) => service.call("GET", "/v1/status", token);
    t.is((await ask(good)).status, 200);
    const flipped = good.slice(0, -2) + (good.at(-2) === "A" ? "B" : "A") + good.slice(-1);
    const unknown = good.replace(/tok_./, (id) => (id === "tok_0" ? "tok_1" : "tok_0"));
    for (const bad of ["x", "ms_", flipped, unknown, `${good}A`, good.slice(0, -1)]) {
      const answer = await ask(bad);
      t.is(answer.status, 401);
      t.is(answer.body.code, "UNAUTHENTICATED");
      t.false(answer.text.includes(bad.slice(0, 40)) && bad.length > 5);
    }
    const basic = await fetch(`${service.internal}/v1/status`, {
      headers: { authorization: `Basic ${good}` },
    });
    t.is(basic.status, 401);

    const expires = new Date(Date.now() + 300).toISOString();
    const wanted = { role: "auditor", expires };
    const { token } = (await service.call("POST", "/v1/tokens", service.admin, wanted)).body;
    while (Date.now() <= Date.parse(expires)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    t.like((await ask(token)).body, { status: 401, code: "TOKEN_EXPIRED" });

    const db = openDatabase(coreDatabase(service.config));
    t.teardown(() => db.destroy());
    const [{ id }] = await db("tokens")
      .whereLike("id", `${good.slice(3, 29)}%`)
      .select("id");
    for (const change of [{ role: "admin" }, { customer: "cus_x" }, { expires_at: "2999" }]) {
      const [before] = await db("tokens").where({ id }).select();
      await db("tokens").where({ id }).update(change);
      t.like((await ask(good)).body, { status: 401, code: "UNAUTHENTICATED" });
      await db("tokens").where({ id }).update(before);
      t.is((await ask(good)).status, 200);
    }

    const [valid] = await db("tokens").where({ id }).select();
    t.is((await service.call("DELETE", `/v1/tokens/${id}`, service.admin)).status, 200);
    t.like((await ask(good)).body, { status: 401, code: "UNAUTHENTICATED" });
    // The row as it was, with the seal that was good then: also after a restart.
    await db("tokens").where({ id }).update(valid);
    t.is((await ask(good)).status, 401);
    await service.stop();
    const again = await resumeService(t, service.config);
    t.is((await again.call("GET", "/v1/status", good)).status, 401);
  });

  test(`a token for one customer sees and touches nothing of another (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const [own, other] = [await service.customer("Own"), await service.customer("Other")];
    const wide = await service.token("custodian");
    const path = `/v1/meters/import?customer=${other}`;
    await service.call("POST", path, wide, ndjson(KNOWN_METERS));
    const theirs: Parsed = (await service.call("GET", "/v1/meters/KAM-12345678", wide)).body;
    const token = async (role: Role) => await service.token(role, own);
    const [custodian, admin] = [await token("custodian"), await token("admin")];
    const auditor = await token("auditor");
    const same = async (method: string, pathOf: (meter: string) => string, body?: unknown) => {
      const missing = await service.call(
        method,
        pathOf("mtr_0000000000000000000001"),
        custodian,
        body,
      );
      t.is(missing.body.code, "METER_UNKNOWN");
      for (const name of [theirs.meter, "KAM-12345678", "KAM-12345678%2F01%2F02"]) {
        const answer = await service.call(method, pathOf(name), custodian, body);
        t.is(answer.status, 404);
        t.is(answer.text, missing.text);
      }
    };
    await same("GET", (meter) => `/v1/meters/${meter}`);
    await same("POST", (meter) => `/v1/meters/${meter}/rotate`);
    await same("POST", (meter) => `/v1/meters/${meter}/retire`);
    await same("POST", (meter) => `/v1/meters/${meter}/proof`, { frame: "00" });
    t.deepEqual((await service.call("GET", "/v1/meters", custodian)).body.items, []);
    const customers = (await service.call("GET", "/v1/customers", custodian)).body.items;
    t.deepEqual(
      customers.map((item: Parsed) => item.customer),
      [own],
    );
    for (const [method, target, body, by] of [
      ["POST", "/v1/meters", { customer: other, address: "KAM-11111111" }, custodian],
      ["POST", path, "", custodian],
      ["POST", "/v1/links", { customer: other, all: true, to: "x", purpose: "y" }, custodian],
      ["POST", "/v1/tokens", { role: "auditor", customer: other }, admin],
    ] as const) {
      const answer = await service.call(method, target, by, body);
      t.like(answer.body, { status: 404, code: "CUSTOMER_UNKNOWN" }, target);
    }
    const made = await service.call("POST", "/v1/tokens", admin, { role: "auditor" });
    t.is(made.body.customer, own);
    t.is((await service.call("POST", "/v1/customers", admin, { name: "Third" })).status, 403);
    const wideId = wide.slice(3, 29);
    t.is((await service.call("DELETE", `/v1/tokens/${wideId}`, admin)).status, 404);
    const { items } = (await service.call("GET", "/v1/activity?limit=1000", auditor)).body;
    t.true(items.length > 0);
    t.true(items.every(({ entry }: Parsed) => entry.customer === own));
    const line = ndjson([{ frame: Buffer.from(mode5(1)).toString("hex") }]);
    const rows = await service.call(
      "POST",
      "/v1/frames/decrypt",
      await token("data-management"),
      line,
    );
    t.is(parseNdjson(rows.text)[0].error.code, "METER_UNKNOWN");
  });
}

test("the table names every route of the core", (t) => {
  const files = readdirSync("src/http/routes").filter(
    (name) => name !== "health.ts" && name !== "audit-page.ts",
  );
  const routed = files.flatMap((name) => {
    const source = readFileSync(`src/http/routes/${name}`, "utf8");
    return [...source.matchAll(/\b(get|post|patch|put|delete)\(\s*"(\/[^"]+)"/g)].map(
      ([, method = "", path = ""]) => `${method.toUpperCase()} ${path}`,
    );
  });
  t.true(routed.length > 40);
  const table = [...INTERNAL, ...BOTH].map(({ route }) => route.replace(/\?.*/, ""));
  for (const route of routed) {
    const form = new RegExp(`^${route.replace(/\*\w+/g, ".+").replace(/:\w+/g, "[^/]+")}$`);
    t.true(
      table.some((one) => form.test(one)),
      route,
    );
  }
});
