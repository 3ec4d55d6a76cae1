/**
 * Two programs as processes: who starts, stops and outlives whom.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { initialise } from "../src/programs/init.ts";
import { verifyDataDirectory } from "../src/programs/verify-log.ts";
import { temporaryFolder } from "./support/databases.ts";
import { commandEnvironment, MAIN, serveProcess } from "./support/process.ts";
import { testConfig } from "./support/service.ts";

async function newDeployment(t: ExecutionContext) {
  const data = join(temporaryFolder(t), "data");
  const config = testConfig({ data });
  await initialise(config);
  return { data, config };
}

/** Every process that we may look at, with its environment: from /proc, or from ps without it. */
function environments(): Map<number, string> {
  if (!existsSync("/proc/self/environ")) {
    const { stdout } = spawnSync("ps", ["-A", "eww", "-o", "pid=,command="], { encoding: "utf8" });
    return new Map(stdout.split("\n").map((line) => [Number.parseInt(line, 10), line]));
  }
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return new Map(pids.map((pid) => [Number(pid), environmentOf(pid)]));
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

/** Process ids of the exchange of one data directory. */
function exchangesOf(data: string): number[] {
  return [...environments()]
    .filter(([, text]) => text.includes(`METERSEAL_DATA=${data}/exchange`))
    .map(([pid]) => pid);
}

async function until(condition: () => boolean): Promise<boolean> {
  for (let i = 0; i < 100 && !condition(); i++) {
    await delay(50);
  }
  return condition();
}

test("a signal stops both programs, and the last entry is signed", async (t) => {
  const { data, config } = await newDeployment(t);
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const service = await serveProcess(t, data);
    t.is(exchangesOf(data).length, 1);
    t.is(statSync(join(data, "run.json")).mode & 0o777, 0o600);
    t.is(await service.end(signal), 0);
    t.deepEqual(exchangesOf(data), []);
    t.notRegex(service.log(), /by itself/);
    t.false(existsSync(join(data, "run.json")));
    t.like(await verifyDataDirectory(config, {}, () => undefined), { ok: true, unsigned: 0 });
  }
});

test("without its core the exchange stops; without its exchange the core stops with 1", async (t) => {
  const { data } = await newDeployment(t);
  const killed = await serveProcess(t, data);
  await killed.end("SIGKILL");
  t.true(await until(() => exchangesOf(data).length === 0));

  const orphaned = await serveProcess(t, data);
  const [exchange] = exchangesOf(data);
  const ended = new Promise((resolve) => orphaned.child.once("exit", resolve));
  process.kill(exchange ?? 0, "SIGKILL");
  t.is(await ended, 1);
  t.regex(orphaned.log(), /the exchange has ended by itself/);
});

test("the exchange is told its own settings and nothing of the core's", async (t) => {
  const { data } = await newDeployment(t);
  const secrets = { METERSEAL_SENDER: "Stadtwerke", AWS_SECRET_ACCESS_KEY: "no business here" };
  await serveProcess(t, data, secrets);
  const [pid] = exchangesOf(data);
  const environment = environments().get(pid ?? 0) ?? "";
  t.notRegex(environment, /AWS_SECRET|METERSEAL_SENDER|METERSEAL_DATABASE_URL/);
  t.true(environment.includes("METERSEAL_DATA="));
});

test("a second core on the same directory is refused, and the first goes on", async (t) => {
  const { data } = await newDeployment(t);
  const service = await serveProcess(t, data);
  const ports = ["INTERNAL", "FIELD", "EXCHANGE"].map((name) => [`METERSEAL_${name}_PORT`, "0"]);
  const second = spawnSync(process.execPath, [MAIN, "serve", "--data", data], {
    encoding: "utf8",
    env: commandEnvironment(Object.fromEntries(ports)),
  });
  t.is(second.status, 1);
  t.is(second.stdout, "");
  t.regex(second.stderr, /ALREADY_RUNNING/);
  t.is((await fetch(`${service.internal}/readyz`)).status, 200);
  t.is(await service.end("SIGTERM"), 0);
});

test("a bind outside loopback without TLS, and an unknown setting, are refused at start", async (t) => {
  const { data } = await newDeployment(t);
  for (const [settings, said] of [
    [{ METERSEAL_INTERNAL_HOST: "0.0.0.0", METERSEAL_EXCHANGE_PORT: "0" }, /internalHost/],
    [{ METERSEAL_INTERNAL_PROT: "0" }, /METERSEAL_INTERNAL_PROT/],
  ] as const) {
    const run = spawnSync(process.execPath, [MAIN, "serve", "--data", data], {
      encoding: "utf8",
      env: commandEnvironment(settings),
    });
    t.is(run.status, 2);
    t.regex(run.stderr, said);
    t.is(run.stdout, "");
  }
});
