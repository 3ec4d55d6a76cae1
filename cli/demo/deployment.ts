/**
 * The demo's deployment: a throw-away data directory and the real programs as a process.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Config,
  childEnvironment,
  environmentName,
  loadConfig,
} from "../../src/base/config.ts";
import { initialise } from "../../src/programs/init.ts";

export interface Deployment {
  readonly config: Config;
  readonly internal: string;
  readonly field: string;
  readonly exchange: string;
  readonly admin: string;
  readonly process: ChildProcess;
  /** Calls the internal listener. @throws {Error} when the status is not 2xx. */
  call(method: string, path: string, token: string, body?: unknown): Promise<Answer>;
  /** A clean stop of both programs; answers the exit status. */
  stop(): Promise<number>;
  remove(): void;
}

/** What JSON.parse makes of an answer. */
export type Answer = ReturnType<JSON["parse"]>;

export async function startDeployment(): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), "meterseal-demo-"));
  const config = loadConfig({ data: join(folder, "data") }, {});
  const { token: admin } = await initialise(config);
  const settings = Object.fromEntries(
    ["internalPort", "fieldPort", "exchangePort"].map((name) => [environmentName(name), "0"]),
  );
  const child = spawn(
    process.execPath,
    [new URL("../main.js", import.meta.url).pathname, "serve", "--data", config.data],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: childEnvironment({ ...settings, [environmentName("logLevel")]: "error" }),
    },
  );
  const exited = new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? 1)));
  const urls = await readyLine(child);
  return {
    config,
    ...urls,
    admin,
    process: child,
    call: (method, path, token, body) => call(`${urls.internal}${path}`, method, token, body),
    async stop() {
      child.kill("SIGTERM");
      return await exited;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface Urls {
  readonly internal: string;
  readonly field: string;
  readonly exchange: string;
}

function readyLine(child: ChildProcess): Promise<Urls> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", () => reject(new Error("the service did not start")));
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (text.includes("\n")) {
        resolve(JSON.parse(text));
      }
    });
  });
}

async function call(url: string, method: string, token: string, body: unknown): Promise<Answer> {
  const isText = typeof body === "string";
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": isText ? "application/x-ndjson" : "application/json",
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${new URL(url).pathname}: ${response.status} ${codeOf(text)}`);
  }
  const isNdjson = response.headers.get("content-type")?.includes("ndjson") === true;
  return isNdjson
    ? text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
    : JSON.parse(text);
}

function codeOf(text: string): string {
  try {
    return String(JSON.parse(text).code);
  } catch {
    return "";
  }
}
