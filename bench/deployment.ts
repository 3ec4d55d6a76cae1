/**
 * A deployment in a process of its own, for measurements from outside.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childEnvironment, environmentName, loadConfig } from "../src/base/config.ts";
import { initialise } from "../src/programs/init.ts";

export interface BenchDeployment {
  readonly url: string;
  readonly customer: string;
  readonly custodian: string;
  readonly machine: string;
  readonly data: string;
  stop(): Promise<void>;
}

export async function startBenchDeployment(): Promise<BenchDeployment> {
  const folder = mkdtempSync(join(tmpdir(), "meterseal-bench-"));
  const config = loadConfig({ data: join(folder, "data") }, {});
  const { token } = await initialise(config);
  const ports = ["internalPort", "fieldPort", "exchangePort"].map((name) => [
    environmentName(name),
    "0",
  ]);
  const child = spawn(
    process.execPath,
    [new URL("../cli/main.js", import.meta.url).pathname, "serve", "--data", config.data],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: childEnvironment({ ...Object.fromEntries(ports), METERSEAL_LOG_LEVEL: "error" }),
    },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve) => {
    child.stdout.once("data", (line: Buffer) =>
      resolve(JSON.parse(line.toString("utf8")).internal),
    );
  });
  const post = async (path: string, body: unknown) => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, string>;
  };
  const { customer = "" } = await post("/v1/customers", { name: "Bench" });
  const { token: custodian = "" } = await post("/v1/tokens", { role: "custodian" });
  const { token: machine = "" } = await post("/v1/tokens", { role: "data-management" });
  return {
    url,
    customer,
    custodian,
    machine,
    data: config.data,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Sends a body and reads the answer, both as streams; answers its lines' count and error count. */
export async function stream(
  url: string,
  token: string,
  body: string,
): Promise<{ lines: number; errors: number; text: string }> {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/x-ndjson" },
    body,
  });
  const text = await response.text();
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    lines++;
  }
  return { lines, errors: text.split('"error"').length - 1, text };
}
