import { spawn } from "node:child_process";
import test from "ava";
import { commandEnvironment, MAIN } from "./support/process.ts";
import { ndjson, startService } from "./support/service.ts";

const RACERS = 8;
const KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function collect(link: string, pin: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, "link", "collect", link, "--pin", "-"], {
      env: commandEnvironment(),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
    });
    child.once("close", (status) => resolve({ status, stdout, stderr }));
    child.stdin.end(`${pin}\n`);
  });
}

test("eight racing clients, each a process: one gets the keys, the others nothing", async (t) => {
  t.timeout(120_000);
  const service = await startService(t, "sqlite");
  const customer = await service.customer("Race");
  const custodian = await service.token("custodian");
  const rows = [{ address: "KPL-12345678/01/02", key: KEY }];
  await service.call("POST", `/v1/meters/import?customer=${customer}`, custodian, ndjson(rows));
  const wanted = { customer, all: true, to: "Clerk", purpose: "order" };
  const { link, pin } = (await service.call("POST", "/v1/links", custodian, wanted)).body;

  const ended = await Promise.all(Array.from({ length: RACERS }, () => collect(link, pin)));
  const winners = ended.filter(({ status }) => status === 0);
  t.is(winners.length, 1, ended.map(({ stderr }) => stderr).join(""));
  const bundle = JSON.parse(winners[0]?.stdout ?? "");
  t.is(bundle.format, "meterseal-keys");
  t.is(bundle.meters[0].keys[0].value, KEY);
  for (const { status, stdout, stderr } of ended.filter((one) => one !== winners[0])) {
    t.is(status, 1);
    t.is(stdout, "");
    t.regex(stderr, /LINK_(COLLECTED|CONFIRMED)/);
    t.false(stderr.includes(KEY));
  }
});
