import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { openDatabase } from "../src/db/open.ts";
import { collectLink } from "../src/handover/collect/collect.ts";
import { initialise } from "../src/programs/init.ts";
import { temporaryFolder } from "./support/databases.ts";
import { commandEnvironment, MAIN, serveProcess } from "./support/process.ts";
import { type Answer, ndjson, request, startService, testConfig } from "./support/service.ts";

const KEY = "6b1f9a44c07de2835519f0a8d3c27e61";
const FRAME = "1E440C2E7856341201027A2A0010055E25183A152AA01322A8B355E717A5A8";

/** The forms in which a secret could stand somewhere. */
function forms(secret: string | Uint8Array): Buffer[] {
  const raw = typeof secret === "string" ? Buffer.from(secret, "utf8") : Buffer.from(secret);
  const encoded = (["hex", "base64", "base64url"] as const).map((e) => raw.toString(e));
  const unpadded = encoded.map((text) => text.replace(/=+$/, ""));
  const all = new Set([...encoded, ...unpadded, raw.toString("hex").toUpperCase()]);
  return [raw, ...[...all].map((text) => Buffer.from(text))];
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

test("keys, fragment, PIN and tokens stand in no file, log line or answer", async (t) => {
  t.timeout(120_000);
  const data = join(temporaryFolder(t), "data");
  const config = testConfig({ data });
  const { token: admin } = await initialise(config);
  const service = await serveProcess(t, data, { METERSEAL_LOG_LEVEL: "debug" });
  const answers: Answer[] = [];
  const call = async (
    method: string,
    path: string,
    token: string | null,
    body?: unknown,
    type?: string,
  ) => {
    const answer = await request(`${service.internal}${path}`, method, token, body, type);
    answers.push(answer);
    return answer;
  };
  const secrets = new Map<string, string | Uint8Array>([["imported key", Buffer.from(KEY, "hex")]]);
  const { customer } = (await call("POST", "/v1/customers", admin, { name: "Secret" })).body;
  // The answers that hand a secret over are the one place where it may stand.
  const token = async (role: string): Promise<string> => {
    const answer = await request(`${service.internal}/v1/tokens`, "POST", admin, { role });
    secrets.set(`token ${role}`, answer.body.token);
    const secret = String(answer.body.token).slice(-43);
    secrets.set(`secret of token ${role}`, secret);
    secrets.set(`bytes of token ${role}`, Buffer.from(secret, "base64url"));
    return answer.body.token;
  };
  const custodian = await token("custodian");
  const machine = await token("data-management");
  const rows = [
    { line: 1, address: "SEC-00000001/01/07", key: KEY },
    { line: 2, address: "SEC-00000002/01/07", key: `${KEY}zz` },
    { line: 3, address: KEY, key: KEY },
    { line: 4, address: "SEC-00000004/01/07", key: KEY.slice(2) },
    { line: 5, address: "SEC-00000005/01/07", profile: KEY, key: KEY },
    { line: 6, address: "SEC-00000006/01/07", [KEY]: KEY },
  ];
  const path = `/v1/meters/import?customer=${customer}`;
  const report = await call("POST", path, custodian, `${ndjson(rows)}{"key":"${KEY}"\n`);
  t.is(report.body.imported, 1);
  t.is(report.body.rejected.length, 6);

  const wanted = { customer, all: true, to: "Clerk", purpose: "order" };
  const link = (await request(`${service.internal}/v1/links`, "POST", custodian, wanted)).body;
  const fragment = new URL(link.link).hash.slice(1);
  secrets.set("fragment", fragment);
  secrets.set("fragment bytes", Buffer.from(fragment, "base64url"));
  secrets.set("PIN", link.pin);
  secrets.set("PIN symbols", String(link.pin).replaceAll("-", "").slice(0, 8));

  // Malformed requests that carry the secrets.
  for (const [name, secret] of [...secrets]) {
    const text = typeof secret === "string" ? secret : Buffer.from(secret).toString("hex");
    await call("POST", "/v1/customers", admin, `{"name":"${text}`, "application/json");
    await call("POST", "/v1/customers", admin, { name: { [text]: text } });
    await call("POST", "/v1/meters", custodian, { customer, address: text, [text]: 1 });
    await call("POST", "/v1/links", custodian, { customer, meters: [text], to: "a", purpose: "b" });
    await call("GET", `/v1/activity?from=${encodeURIComponent(text)}`, custodian);
    await call("POST", "/v1/frames/decrypt", machine, `{"ref":1,"frame":"${text}"}\n${text}\n`);
    await call("GET", "/healthz", `${text}x`);
    for (const route of ["peek", "claim", "confirm"]) {
      const url = `${service.exchange}/x/${route}`;
      answers.push(await request(url, "POST", null, `{"linkId":"${text}`, "application/json"));
      answers.push(await request(url, "POST", null, { linkId: text, authKey: text, [text]: text }));
    }
    t.truthy(name);
  }
  const collected = await collectLink({
    link: link.link,
    pin: () => link.pin,
    issuer: link.issuer,
    clock: () => new Date(),
  });
  t.is(collected.bundle?.meters[0]?.keys[0]?.value, KEY);
  await call("POST", "/v1/frames/decrypt", machine, ndjson([{ ref: 1, frame: FRAME }]));
  await call("GET", "/v1/meters", custodian);
  await call("GET", "/v1/links", custodian);
  const verify = spawnSync(process.execPath, [MAIN, "log", "verify", "--data", data], {
    env: commandEnvironment(),
  });

  // While it runs (WAL, shared memory) and after it has stopped.
  const places = new Map<string, Buffer>();
  const take = (when: string): void => {
    for (const file of filesUnder(data)) {
      places.set(`${when}: ${file.slice(data.length)}`, readFileSync(file));
    }
  };
  take("running");
  await collected.confirm("test");
  t.is(await service.end("SIGTERM"), 0);
  take("stopped");
  places.set("log lines", Buffer.from(service.log()));
  places.set("log verify", Buffer.concat([verify.stdout, verify.stderr]));
  answers.forEach(({ text, headers }, i) => {
    places.set(`answer ${i}`, Buffer.from(text + JSON.stringify([...headers])));
  });
  t.true(service.log().length > 0);

  const found: string[] = [];
  for (const [place, bytes] of places) {
    for (const [name, secret] of secrets) {
      if (forms(secret).some((form) => bytes.includes(form))) {
        found.push(`${name} in ${place}`);
      }
    }
  }
  t.deepEqual(found, []);
});

test("the search finds what it looks for", (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, "leak");
  for (const form of forms(Buffer.from(KEY, "hex"))) {
    writeFileSync(file, Buffer.concat([Buffer.from("x"), form, Buffer.from("y")]));
    const bytes = readFileSync(filesUnder(folder)[0] ?? "");
    t.true(forms(Buffer.from(KEY, "hex")).some((wanted) => bytes.includes(wanted)));
  }
});

test("two meters' wrapped rows swapped: both refuse, also when their keys were cached", async (t) => {
  const service = await startService(t, "sqlite");
  const customer = await service.customer("Swap");
  const custodian = await service.token("custodian");
  const machine = await service.token("data-management");
  const auditor = await service.token("auditor");
  const rows = [
    { address: "KPL-12345678/01/02", key: "000102030405060708090a0b0c0d0e0f" },
    { address: "KPL-12345679/01/02", key: KEY },
  ];
  const path = `/v1/meters/import?customer=${customer}`;
  await service.call("POST", path, custodian, ndjson(rows));
  const other = FRAME.replace("0C2E78", "0C2E79");
  const decrypt = async () => {
    const body = ndjson([FRAME, other].map((frame, ref) => ({ ref, frame })));
    const { text } = await service.call("POST", "/v1/frames/decrypt", machine, body);
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).error?.code ?? "ok");
  };
  t.deepEqual(await decrypt(), ["ok", "CHECK_FAILED"]);

  const db = openDatabase({ file: join(service.config.data, "core.sqlite") });
  const [one, two] = await db("meter_keys").orderBy("meter").select("meter", "wrapped");
  await db("meter_keys").where({ meter: one.meter }).update({ wrapped: two.wrapped });
  await db("meter_keys").where({ meter: two.meter }).update({ wrapped: one.wrapped });
  await db.destroy();
  t.deepEqual(await decrypt(), ["KEY_INTEGRITY", "KEY_INTEGRITY"]);
  const logged = await service.call("GET", "/v1/activity?action=key.integrity", auditor);
  t.is(logged.body.items.length, 2);

  const wanted = { customer, all: true, to: "Clerk", purpose: "order" };
  const link = await service.call("POST", "/v1/links", custodian, wanted);
  t.is(link.body.code, "KEY_INTEGRITY");
});
