import { createHmac, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import test, { type ExecutionContext } from "ava";
import { answer, fakeService, meterseal, refuse, TOKEN } from "./support/command.ts";

const METER = "mtr_0000000000000000000001";

async function dataDirectory(t: ExecutionContext, files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "meterseal-cli-"));
  t.teardown(() => rm(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), content, { mode: 0o600 });
  }
  return directory;
}

const MISUSED: readonly (readonly string[])[] = [
  [],
  ["meter"],
  ["meter", "sing"],
  ["meter", "list", "--loud"],
  ["meter", "enrol", "KAM-76348799"],
  ["meter", "show"],
  ["meter", "show", METER, "extra"],
  ["meter", "import", "x.csv", "--customer", "cus_1", "--format", "kem"],
  ["token", "create", "--role", "king"],
  ["link", "create", "--customer", "cus_1", "--to", "A", "--purpose", "B"],
  ["link", "create", "--customer", "c", "--to", "A", "--purpose", "B", "--all", "--order", "7"],
  ["link", "collect", "http://127.0.0.1/r", "--pin", "-"],
  ["link", "collect", `http://127.0.0.1/r#${"A".repeat(43)}`],
  ["frame", "inspect", "1"],
  ["frame", "decrypt", "/does/not/exist"],
  ["log", "verify", "--dir", "export"],
  ["log", "verify", "--url", "http://127.0.0.1:9", "--dir", "."],
  ["log", "list", "--since", "yesterday"],
  ["meter", "list", "--url", "http://127.0.0.1:9"],
  ["meter", "list", "--url", "http://meterseal.example"],
  ["meter", "list", "--url", "http://127.0.0.1:9", "--data", "."],
  ["demo", "--meters", "many"],
];

test("what cannot be meant exits 2 and prints nothing on stdout", async (t) => {
  for (const args of MISUSED) {
    const { status, stdout, stderr } = await meterseal(args);
    t.is(status, 2, args.join(" "));
    t.is(stdout, "", args.join(" "));
    t.not(stderr, "", args.join(" "));
  }
});

test("help exits 0, with the options that every command has", async (t) => {
  const { status, stdout } = await meterseal(["meter", "rotate", "--help"]);
  t.is(status, 0);
  t.regex(stdout, /--json/);
  t.regex(stdout, /--data/);
});

test("an argument that looks like a secret is not repeated", async (t) => {
  const fragment = "A".repeat(43);
  for (const args of [[`--tokn=${TOKEN}`], ["link", `https://x.example/r#${fragment}`]]) {
    const { status, stderr } = await meterseal(args);
    t.is(status, 2);
    t.false(stderr.includes(TOKEN) || stderr.includes(fragment), stderr);
  }
});

test("a refusal of the service is one line with its code, and exits 1", async (t) => {
  const { env } = await fakeService(t, (_, response) => {
    refuse(response, 404, "METER_UNKNOWN", "there is no such meter");
  });
  const { status, stdout, stderr } = await meterseal(["meter", "show", METER], { env });
  t.is(status, 1);
  t.is(stdout, "");
  t.is(stderr, "meter show: there is no such meter (METER_UNKNOWN)\n");
});

test("an answer that is no JSON is refused, and so is a redirect", async (t) => {
  const { env, heard } = await fakeService(t, (request, response) => {
    const redirect = request.url?.includes("meters") ?? false;
    response.writeHead(redirect ? 302 : 200, { location: "/elsewhere" }).end("<html>");
  });
  for (const args of [["meter", "show", METER], ["status"]]) {
    const { status, stderr } = await meterseal(args, { env });
    t.is(status, 1);
    t.regex(stderr, /\(BAD_ANSWER\)/);
  }
  t.is(heard.length, 2);
});

test("a service that is not there is named with its address", async (t) => {
  const { status, stderr } = await meterseal(["status"], {
    env: { METERSEAL_URL: "http://127.0.0.1:9", METERSEAL_TOKEN: TOKEN },
  });
  t.is(status, 1);
  t.regex(
    stderr,
    /^status: no answer from http:\/\/127\.0\.0\.1:9, ECONNREFUSED \(UNREACHABLE\)$/m,
  );
  t.false(stderr.includes(TOKEN));
});

test("a data directory leads to the service, which proves itself before the token is sent", async (t) => {
  const instanceKey = randomBytes(32);
  const { url, heard } = await fakeService(t, (request, response) => {
    const nonce = new URL(request.url ?? "", "http://x").searchParams.get("nonce") ?? "";
    const proof = createHmac("sha256", instanceKey).update(nonce).digest("base64url");
    answer(response, 200, request.url?.startsWith("/healthz") ? { proof } : { locked: false });
  });
  const run = { internal: url, pid: 1, instanceKey: instanceKey.toString("base64url") };
  const data = await dataDirectory(t, {
    "run.json": JSON.stringify(run),
    "admin.token": `${TOKEN}\n`,
  });
  const { status, stdout } = await meterseal(["status", "--json", "--data", data]);
  t.is(status, 0);
  t.is(stdout, '{"locked":false}\n');
  t.regex(heard[0]!.url, /^\/healthz\?nonce=[A-Za-z0-9_-]{22,}$/);
  t.deepEqual(
    heard.map(({ authorization }) => authorization),
    [undefined, `Bearer ${TOKEN}`],
  );
});

test("a program without the instance key never sees the token", async (t) => {
  for (const proof of ["", randomBytes(32).toString("base64url")]) {
    const { url, heard } = await fakeService(t, (_, response) => answer(response, 200, { proof }));
    const run = { internal: url, pid: 1, instanceKey: randomBytes(32).toString("base64url") };
    const data = await dataDirectory(t, {
      "run.json": JSON.stringify(run),
      "admin.token": TOKEN,
    });
    const env = { METERSEAL_DATA: data, METERSEAL_TOKEN: TOKEN };
    const { status, stderr } = await meterseal(["customer", "list"], { env });
    t.is(status, 1);
    t.regex(stderr, /\(NOT_PROVEN\)/);
    t.deepEqual(
      heard.map(({ authorization }) => authorization),
      [undefined],
    );
  }
});

test("a list is one document per line with --json, through every page", async (t) => {
  const { env, heard } = await fakeService(t, (request, response) => {
    const after = new URL(request.url ?? "", "http://x").searchParams.get("after");
    const n = Number(after ?? 0);
    answer(response, 200, { items: [{ meter: `m${n}` }], next: n < 2 ? String(n + 1) : null });
  });
  const { status, stdout } = await meterseal(["meter", "list", "--order", "A 7", "--json"], {
    env,
  });
  t.is(status, 0);
  t.is(stdout, '{"meter":"m0"}\n{"meter":"m1"}\n{"meter":"m2"}\n');
  t.is(heard[1]!.url, "/v1/meters?order=A+7&after=1&limit=1000");
});

test("tables fit 100 columns, keep identifiers whole and defuse names", async (t) => {
  const item = {
    meter: METER,
    address: "KAM-76348799/1B/16",
    name: `\u001b[31m${"long name ".repeat(12)}`,
    profile: "dlms-suite-2",
    status: "active",
    order: "order ".repeat(20),
    keyVersion: 1,
  };
  const { env } = await fakeService(t, (_, response) => {
    answer(response, 200, { items: [item, { ...item, name: null, order: null }], next: null });
  });
  const { stdout } = await meterseal(["meter", "list"], { env });
  const lines = stdout.trimEnd().split("\n");
  t.is(lines.length, 3);
  t.true(lines.every((line) => [...line].length <= 100));
  t.true(lines.slice(1).every((line) => line.startsWith(`${METER}  KAM-76348799/1B/16  `)));
  t.false(stdout.includes("\u001b"));
});

test("the answers of the contract come through as they are", async (t) => {
  const bodies: unknown[] = [];
  const replies: Record<string, unknown> = {
    "POST /v1/customers": { customer: "cus_1", name: "Works" },
    "POST /v1/tokens": { token: TOKEN, id: "tok_1", role: "auditor", expiresAt: null },
    "POST /v1/meters": { meter: METER, address: "KAM-76348799", status: "new" },
    "POST /v1/links": { link: "http://x/r#F", pin: "K7QF-3M9X-T", reference: "REF-1" },
    "DELETE /v1/tokens/tok_1": { id: "tok_1", revokedAt: "2025-01-01T00:00:00.000Z" },
    "GET /v1/meters/KAM-76348799%2F1B%2F16": { meter: METER, keys: [] },
  };
  const { env } = await fakeService(t, async (request, response) => {
    bodies.push(request.method === "POST" ? await json(request) : null);
    answer(response, 200, replies[`${request.method} ${request.url}`]);
  });
  const link = ["--customer", "cus_1", "--meters", "a, b", "--to", "Kim", "--purpose", "order 7"];
  const commands: readonly (readonly string[])[] = [
    ["customer", "add", "Works"],
    ["token", "create", "--role", "auditor", "--expires", "90d"],
    ["meter", "enrol", "KAM-76348799", "--customer", "cus_1"],
    ["link", "create", ...link],
    ["token", "revoke", "tok_1"],
    ["meter", "show", "KAM-76348799/1B/16"],
  ];
  for (const [i, args] of commands.entries()) {
    const { status, stdout, stderr } = await meterseal([...args, "--json"], { env });
    t.is(status, 0, stderr);
    t.deepEqual(JSON.parse(stdout), Object.values(replies)[i]);
    t.false(stderr.includes(TOKEN) || stderr.includes("K7QF"));
  }
  t.deepEqual(bodies, [
    { name: "Works" },
    { role: "auditor", expires: "90d" },
    { address: "KAM-76348799", customer: "cus_1" },
    { customer: "cus_1", meters: ["a", "b"], to: "Kim", purpose: "order 7" },
    null,
    null,
  ]);
});

test("link create shows link, PIN and reference to a person", async (t) => {
  const made = { link: "https://x.example/r#F", pin: "K7QF-3M9X-T", reference: "REF-1" };
  const { env } = await fakeService(t, (_, response) => answer(response, 201, made));
  const args = ["link", "create", "--customer", "c", "--all", "--to", "Kim", "--purpose", "7"];
  const { stdout } = await meterseal(args, { env });
  for (const text of Object.values(made)) {
    t.true(stdout.includes(text));
  }
});

test("log list turns a span into the log's own form of time", async (t) => {
  const { env, heard } = await fakeService(t, (_, response) => {
    answer(response, 200, { items: [], next: null, size: 0 });
  });
  const before = Date.now();
  t.is((await meterseal(["log", "list", "--since", "1d"], { env })).status, 0);
  const from = new URL(heard[0]!.url, "http://x").searchParams.get("from") ?? "";
  t.is(new Date(from).toISOString(), from);
  t.true(Math.abs(Date.parse(from) - (before - 86_400_000)) < 10_000);
});
