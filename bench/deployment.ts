/**
 * A deployment in processes of its own, for measurements from outside.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childEnvironment, environmentName, loadConfig } from "../src/base/config.ts";
import { initialise } from "../src/programs/init.ts";

export interface BenchDeployment extends AsyncDisposable {
  /** Its data directory. */
  readonly data: string;
  /** Takes frames, with the token that may have them decrypted. */
  readonly frames: { readonly url: string; readonly token: string };
  /** Enrols the meters of some NDJSON rows. @throws {Error} when one was not taken */
  enrol(rows: Uint8Array, count: number): Promise<void>;
}

/** Starts `meterseal serve` on free ports and a new data directory with one customer. */
export async function startBenchDeployment(): Promise<BenchDeployment> {
  const folder = mkdtempSync(join(tmpdir(), "meterseal-bench-"));
  const config = loadConfig({ data: join(folder, "data") }, {});
  const { token: admin } = await initialise(config);
  const ports = ["internalPort", "fieldPort", "exchangePort"].map((name) => [
    environmentName(name),
    "0",
  ]);
  const child = spawn(
    process.execPath,
    [new URL("../cli/main.js", import.meta.url).pathname, "serve", "--data", config.data],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: childEnvironment({
        ...Object.fromEntries(ports),
        [environmentName("logLevel")]: "error",
      }),
    },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = await internalUrl(child);
    const make = (path: string, body: object) =>
      post(url + path, admin, "application/json", JSON.stringify(body));
    const { customer } = await make("/v1/customers", { name: "Bench" });
    const { token: custodian } = await make("/v1/tokens", { role: "custodian" });
    const { token: machine } = await make("/v1/tokens", { role: "data-management" });
    return {
      data: config.data,
      frames: { url: `${url}/v1/frames/decrypt`, token: String(machine) },
      async enrol(rows, count) {
        const path = `${url}/v1/meters/import?customer=${customer}`;
        const { imported } = await post(path, String(custodian), "application/x-ndjson", rows);
        if (imported !== count) {
          throw new Error(`enrolment: expected ${count} meters, got ${imported}`);
        }
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function internalUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("exit", () => reject(new Error("the service did not start")));
    child.stdout?.once("data", (line: Buffer) =>
      resolve(JSON.parse(line.toString("utf8")).internal),
    );
  });
}

async function post(
  url: string,
  token: string,
  type: string,
  body: string | Uint8Array,
): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": type },
    body,
  });
  if (!response.ok) {
    throw new Error(`${new URL(url).pathname}: ${response.status}`);
  }
  return (await response.json()) as Record<string, unknown>;
}
