/**
 * What the service says of itself, to people and to Prometheus.
 *
 * @module
 */
import { readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { describeStatus } from "../cli/status-text.ts";
import { loadConfig } from "../src/base/config.ts";
import { adminTokenFile } from "../src/base/paths.ts";
import type { ServiceStatus } from "../src/http/service-status.ts";
import { warningsOf } from "../src/http/status-warnings.ts";
import { certificates } from "../src/programs/status.ts";
import { createCertificate } from "./support/certificates.ts";
import { databaseKinds, takeAway, temporaryFolder } from "./support/databases.ts";
import { startService } from "./support/service.ts";

const NOW = new Date("2026-03-01T12:00:00Z");
const LINKS = { waiting: 3, conflicts: 0, locked: 0, lapsed: 2, uncertain: 0 };
const WELL: Omit<ServiceStatus, "warnings"> = {
  locked: false,
  lock: null,
  version: "0.0.0",
  startedAt: "2026-03-01T00:00:00.000Z",
  log: { size: 10, signed: 10, root: "", signedAt: "2026-03-01T11:59:59.000Z" },
  disk: { freeBytes: 50 * 2 ** 30, totalBytes: 100 * 2 ** 30 },
  exchange: { url: "https://x.example", state: "answering", lastSeen: "2026-03-01T11:59:50.000Z" },
  database: true,
  witness: null,
  certificates: [],
  links: LINKS,
  webhooks: { waiting: 1, oldest: null, lastCode: null, givenUp: 0 },
};

function witness(quorum: object, code: string | null = null): ServiceStatus["witness"] {
  return {
    witnesses: [{ name: "w1", size: 9, seenAt: null, behind: 1, code }],
    quorum: { met: true, size: 9, seenAt: "2026-03-01T11:59:00.000Z", overdue: false, ...quorum },
  } as ServiceStatus["witness"];
}

test("a service that is well has no warnings, and says so in one sentence", (t) => {
  t.deepEqual(warningsOf(WELL, [], NOW), []);
  const lines = describeStatus({ ...WELL, warnings: [] } as never, NOW.getTime());
  t.is(lines[0], "The service runs, and nothing waits for somebody.");
});

test("whatever somebody should act on is a warning with a code", (t) => {
  const certificate = (daysLeft: number | null) => ({
    certificates: [
      { setting: "tlsCertFile" as const, notAfter: "2026-03-09T00:00:00.000Z", daysLeft },
    ],
  });
  const cases: readonly (readonly [string, Partial<ServiceStatus>])[] = [
    ["DATABASE_AWAY", { database: false, links: null }],
    ["DISK_LOW", { disk: { freeBytes: 2 ** 29, totalBytes: 100 * 2 ** 30 } }],
    ["DISK_LOW", { disk: { freeBytes: 2 ** 32, totalBytes: 100 * 2 ** 30 } }],
    ["CHECKPOINT_LATE", { log: { ...WELL.log, signed: 9, signedAt: "2026-03-01T11:58:00.000Z" } }],
    ["CERTIFICATE_EXPIRING", certificate(20)],
    ["CERTIFICATE_EXPIRED", certificate(-1)],
    ["CERTIFICATE_UNREADABLE", certificate(null)],
    ["EXCHANGE_FORK", { exchange: { ...WELL.exchange, state: "forked" } }],
    ["EXCHANGE_SILENT", { exchange: { ...WELL.exchange, state: "silent" } }],
    ["WITNESS_OVERDUE", { witness: witness({ overdue: true }) }],
    ["WITNESS_REFUSES", { witness: witness({}, "WITNESS_AHEAD") }],
    ["LINKS_CONFLICT", { links: { ...LINKS, conflicts: 1 } }],
    ["LINKS_LOCKED", { links: { ...LINKS, locked: 1 } }],
    ["LINKS_UNCERTAIN", { links: { ...LINKS, uncertain: 1 } }],
    ["WEBHOOK_FAILING", { webhooks: { waiting: 0, oldest: null, lastCode: null, givenUp: 2 } }],
  ];
  for (const [code, change] of cases) {
    t.deepEqual(
      warningsOf({ ...WELL, ...change }, [], NOW).map((one) => one.code),
      [code],
    );
  }
  t.deepEqual(warningsOf({ ...WELL, ...certificate(21) }, [], NOW), []);
});

test("a locked service says first why, in lines of 100 columns", (t) => {
  const detail = "the database file was replaced while the service ran, and ".repeat(4);
  const lock = { code: "LOG_FILE_GONE", since: "2026-03-01T11:00:00.000Z", detail };
  const text = describeStatus(
    { ...WELL, locked: true, lock, warnings: [{ code: "DISK_LOW", detail }] } as never,
    NOW.getTime(),
  );
  t.regex(text[0] ?? "", /^LOCKED LOG_FILE_GONE {2}since 2026-03-01T11:00:00.000Z: the database/);
  t.true(text.every((line) => line.length <= 100));
});

for (const kind of databaseKinds()) {
  test(`status and metrics tell the same of a running service (${kind})`, async (t) => {
    const service = await startService(t, kind);
    const status = (await service.call("GET", "/v1/status", service.admin)).body;
    t.like(status, { locked: false, lock: null, webhooks: null, certificates: [] });
    const codes = status.warnings.map((one: { code: string }) => one.code);
    t.true(codes.includes("ADMIN_TOKEN") && codes.includes("ROOT_KEY_BESIDE"));
    const { text, headers } = await service.call("GET", "/metrics", service.admin);
    t.regex(headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    t.true(text.includes('meterseal_locked{code=""} 0\n'));
    t.regex(text, /^meterseal_log_size [1-9]\d*$/m);
    t.true(text.includes('meterseal_warnings{code="ADMIN_TOKEN"} 1\n'));
    t.true(text.includes('meterseal_log_entries_total{action="service.started",outcome="ok"} 1\n'));
    rmSync(adminTokenFile(service.config.data));
    const after = (await service.call("GET", "/metrics", service.admin)).text;
    t.false(after.includes("ADMIN_TOKEN"));
  });
}

test("the status answers while the database is away, to whoever asked before", async (t) => {
  if (!databaseKinds().includes("postgres")) {
    t.pass("needs a server");
    return;
  }
  const service = await startService(t, "postgres");
  const ask = (path: string, token: string) => service.call("GET", path, token);
  const [auditor, other] = [await service.token("auditor"), await service.token("auditor")];
  const metrics = async () => (await ask("/metrics", auditor)).text;
  t.like((await ask("/v1/status", auditor)).body, { database: true, locked: false });
  t.true((await metrics()).includes("meterseal_database_up 1\n"));
  t.is((await ask("/v1/status", service.admin)).status, 200);
  await takeAway(service.config.databaseUrl ?? "");
  const { status, body } = await ask("/v1/status", auditor);
  t.is(status, 200);
  t.like(body, { database: false, locked: false, links: null });
  t.is(body.exchange.state, null);
  t.is(body.warnings[0].code, "DATABASE_AWAY");
  t.true(body.log.size > 0 && body.disk.freeBytes > 0);
  t.true(describeStatus(body, Date.now()).join("\n").includes("links     unknown"));
  t.true((await metrics()).includes("meterseal_database_up 0\n"));
  t.is((await ask("/v1/status", other)).status, 503, "who never asked cannot be known");
  t.is((await ask("/v1/activity", auditor)).status, 503);
});

test("metrics need a token of who may see them, and name no id, address or person", async (t) => {
  const service = await startService(t, "sqlite");
  t.is((await service.call("GET", "/metrics", null)).status, 401);
  for (const role of ["installer", "custodian", "data-management"] as const) {
    t.is((await service.call("GET", "/metrics", await service.token(role))).status, 403);
  }
  const customer = await service.customer("Stadtwerke Geheim");
  await service.call("GET", "/v1/meters/KAM-12345678", service.admin);
  const { text } = await service.call("GET", "/metrics", await service.token("auditor"));
  for (const secret of [customer, "Geheim", "KAM-12345678", "tok_"]) {
    t.false(text.includes(secret), secret);
  }
});

test("the end of the listener's certificate is read from its file, or that it cannot be", async (t) => {
  const folder = temporaryFolder(t);
  const tlsCertFile = join(folder, "tls.pem");
  const notAfter = new Date("2026-03-11T13:00:00Z");
  const { certificate } = await createCertificate("P-256", { notAfter });
  await writeFile(tlsCertFile, certificate);
  const config = loadConfig({ tlsCertFile }, {});
  const setting = "tlsCertFile";
  t.deepEqual(certificates(config, NOW), [
    { setting, notAfter: "2026-03-11T13:00:00.000Z", daysLeft: 10 },
  ]);
  await writeFile(tlsCertFile, "no certificate");
  t.deepEqual(certificates(config, NOW), [{ setting, notAfter: null, daysLeft: null }]);
  t.deepEqual(certificates(loadConfig({}, {}), NOW), []);
});

test("every alert points at a heading of the runbook that exists", (t) => {
  const alerts = readFileSync("docs/alerts.yml", "utf8");
  const runbook = readFileSync("docs/runbook.md", "utf8");
  const headings = [...runbook.matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) =>
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9_ -]/g, "")
      .replaceAll(" ", "-"),
  );
  const wanted = [...alerts.matchAll(/docs\/runbook\.md#([a-z0-9_-]+)$/gm)].map(([, name]) => name);
  t.true(wanted.length >= 8);
  for (const name of wanted) {
    t.true(headings.includes(name ?? ""), name);
  }
});
