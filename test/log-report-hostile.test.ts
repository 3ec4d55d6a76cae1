/**
 * `meterseal log report` of a log that grows, was pruned or is empty, and of services that lie.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { fakeService, meterseal, refuse } from "./support/command.ts";
import { temporaryFolder } from "./support/databases.ts";
import { logMaker, serveLog } from "./support/made-log.ts";
import { makeOldLog } from "./support/old-log.ts";
import { ALWAYS, filled, table } from "./support/reporting.ts";
import { resumeService } from "./support/service.ts";

test("a log that grows while it is asked is reported as far as its head", async (t) => {
  const { service, customer, custodian, env } = await filled(t, "sqlite");
  const send = () => {
    const wanted = { customer, all: true, to: "Bo", purpose: "Zweck" };
    return service.call("POST", "/v1/links", custodian, wanted);
  };
  await send();
  let asked = 0;
  const between = await fakeService(t, async ({ url = "", headers }, response) => {
    if (asked++ > 1 && url.startsWith("/v1/activity?")) {
      await send();
    }
    const { authorization = "" } = headers;
    const answered = await fetch(`${service.internal}${url}`, { headers: { authorization } });
    response.writeHead(answered.status).end(Buffer.from(await answered.arrayBuffer()));
  });
  const out = join(temporaryFolder(t), "report");
  const given = { ...env, METERSEAL_URL: between.url };
  const done = await meterseal(["log", "report", ...ALWAYS, "--out", out, "--json"], {
    env: given,
  });
  t.is(done.status, 0, done.stderr);
  const { size, releases } = JSON.parse(done.stdout);
  t.is(releases, 1);
  for (const name of ["releases", "refusals", "changes", "samples"]) {
    const rows = table(out, name);
    t.true(
      rows.every(({ entry, index }) => Number(entry ?? index) < size),
      name,
    );
  }
  const html = readFileSync(join(out, "report.html"), "utf8");
  t.true(html.includes(`The period has ${size} entries, 0 to ${size - 1}`));
});

test("a service that leaves out the ends of the period is found out, and nothing is left", async (t) => {
  const { service, env } = await filled(t, "sqlite");
  const lie = { from: "asc", by: 1 };
  const between = await fakeService(t, async ({ url = "", headers }, response) => {
    const { authorization = "" } = headers;
    const answered = await fetch(`${service.internal}${url}`, { headers: { authorization } });
    let bytes = Buffer.from(await answered.arrayBuffer());
    if (url.includes(`order=${lie.from}&limit=1`)) {
      const { items } = JSON.parse(bytes.toString("utf8"));
      const index = items[0].index + lie.by;
      const real = await service.call("GET", `/v1/activity/${index}`, authorization.slice(7));
      bytes = Buffer.from(JSON.stringify({ items: [real.body], next: null }));
    }
    response.writeHead(answered.status).end(bytes);
  });
  const given = { ...env, METERSEAL_URL: between.url };
  const out = join(temporaryFolder(t), "report");
  for (const [from, by] of [
    ["asc", 1],
    ["desc", -1],
  ] as const) {
    Object.assign(lie, { from, by });
    const done = await meterseal(["log", "report", ...ALWAYS, "--out", out], { env: given });
    t.is(done.status, 1);
    t.regex(done.stderr, /expected a time outside the period \(LOG_INTEGRITY\)/);
    t.is(done.stdout, "");
    t.false(existsSync(out));
  }
});

test("a time without entries has an honest report; one customer's auditor has none", async (t) => {
  const { service, customer, env } = await filled(t, "sqlite");
  const out = join(temporaryFolder(t), "report");
  const empty = ["log", "report", "--from", "2020-01-01", "--to", "2020-01-31", "--out"];
  const done = await meterseal([...empty, out], { env });
  t.is(done.status, 0, done.stderr);
  t.true(done.stdout.split("\n").every((line) => line.length <= 100 || line.includes(out)));
  const html = readFileSync(join(out, "report.html"), "utf8");
  t.true(html.includes("By the service&#39;s answer the period has no entry."));
  t.true(html.includes("under the key that the service itself gave"));
  t.is(readFileSync(join(out, "samples.csv"), "utf8"), "");

  const scoped = { ...env, METERSEAL_TOKEN: await service.token("auditor", customer) };
  const refused = await meterseal([...empty, `${out}2`], { env: scoped });
  t.is(refused.status, 1);
  t.regex(refused.stderr, /\(SCOPE\)/);
  t.false(existsSync(`${out}2`));
  for (const wrong of [
    ["--from", "2020-02-30", "--to", "2020-03-01"],
    ["--from", "2020-03-02", "--to", "2020-03-01"],
  ]) {
    const misuse = await meterseal(["log", "report", ...wrong, "--out", `${out}3`], { env });
    t.is(misuse.status, 2);
    t.false(existsSync(`${out}3`));
  }
});

test("a checkpoint that is no beginning of the log is a fork, whatever else is told", async (t) => {
  const secret = new Uint8Array(32).fill(7);
  const { make, vkey } = logMaker(secret);
  const log = make(300, (index) => `{"n":${index}}`);
  const other = make(200, (index) => `{"n":${index},"other":true}`);
  const own = make(200, (index) => `{"n":${index}}`);
  const longer = make(301, (index) => `{"n":${index}}`);
  const serve = serveLog(() => log);
  const service = await fakeService(t, (request, response) =>
    request.url?.startsWith("/log/") === true
      ? serve(request, response)
      : refuse(response, 403, "FORBIDDEN", "the role may not do this"),
  );
  const folder = temporaryFolder(t);
  const report = async (checkpoint: Buffer | null, name: string) => {
    writeFileSync(join(folder, name), checkpoint ?? "");
    const pins = ["--key", vkey, "--checkpoint", join(folder, name)];
    const out = join(folder, "report");
    const { env } = service;
    const done = await meterseal(["log", "report", ...ALWAYS, "--out", out, ...pins], { env });
    t.is(done.status, 1);
    t.false(existsSync(out));
    return done.stderr;
  };
  t.regex(await report(other.file("checkpoint"), "other"), /\(LOG_FORK\)/);
  t.regex(await report(longer.file("checkpoint"), "longer"), /\(LOG_FORK\)/);
  t.regex(await report(Buffer.from("x"), "none"), /\(CHECKPOINT_SIGNATURE\)/);
  // A beginning passes, and the next question is refused.
  t.regex(await report(own.file("checkpoint"), "own"), /\(FORBIDDEN\)/);
});

test("what was pruned is said on the first page", async (t) => {
  const log = await makeOldLog(t, "sqlite", 300);
  const service = await resumeService(t, log.config);
  const [officer, auditor] = [await service.token("officer"), await service.token("auditor")];
  const { id } = (await service.call("POST", "/v1/activity/prunes", officer, {})).body;
  const approved = await service.call("POST", `/v1/activity/prunes/${id}/approve`, auditor, {});
  t.is(approved.status, 200, approved.text);
  const out = join(temporaryFolder(t), "report");
  const env = { METERSEAL_URL: service.internal, METERSEAL_TOKEN: auditor };
  const done = await meterseal(["log", "report", ...ALWAYS, "--out", out], { env });
  t.is(done.status, 0, done.stderr);
  const html = readFileSync(join(out, "report.html"), "utf8");
  t.true(
    html.includes("Entries before 256 were pruned: this period may have had more than is told"),
  );
  t.true(table(out, "samples").every(({ index }) => Number(index) >= 256));
});
