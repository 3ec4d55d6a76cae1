/**
 * `meterseal serve`: the core, the exchange, or both as two processes.
 *
 * The exchange starts first, with an allow-listed environment and its own directory only, and
 * hands its URL to the core. When one of the two ends, the other is stopped.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { type Config, ConfigError, childEnvironment, environmentName } from "../base/config.ts";
import { createLogger } from "../base/logger.ts";
import { exchangeDirectory, rootKeyFile, vkeyFile } from "../base/paths.ts";
import { startCore } from "./core.ts";
import { type RunningProgram, startExchange } from "./exchange.ts";
import { runProgram } from "./run-program.ts";

/** Runs until it is told to stop; answers the exit status. */
export async function serve(config: Config, which: "both" | "core" | "exchange"): Promise<number> {
  if (which !== "exchange" && !existsSync(rootKeyFile(config))) {
    const hasBegun = existsSync(vkeyFile(config.data));
    throw new ConfigError(
      hasBegun
        ? `rootKeyFile: the root key of this deployment is not at ${rootKeyFile(config)}: bring it back from its own backup`
        : "data: there is no deployment here: run `meterseal init` first",
    );
  }
  switch (which) {
    case "core":
      return await runProgram(() => startCore(config, null));
    case "exchange":
      return await runProgram(() => startExchange(config));
    case "both":
      return await runProgram(() => startBoth(config));
  }
}

async function startBoth(config: Config): Promise<RunningProgram> {
  const child = await startChild(config);
  let core: RunningProgram;
  try {
    core = await startCore(config, child.url);
  } catch (error) {
    await child.stop();
    throw error;
  }
  let isStopping = false;
  return {
    urls: { ...core.urls },
    broken: child.ended.then(() => {
      if (!isStopping) {
        createLogger("serve", config.logLevel).error("the exchange has ended by itself");
      }
    }),
    async stop() {
      isStopping = true;
      await core.stop();
      await child.stop();
    },
  };
}

/** What the exchange is told: its own settings, nothing of the core's. */
const EXCHANGE_SETTINGS = [
  "exchangePort",
  "exchangeHost",
  "exchangeDatabaseUrl",
  "exchangePublicUrl",
  "exchangeRequestsPerMinute",
  "corePublicKey",
  "brandLogoFile",
  "brandAccent",
  "brandPhone",
  "brandEmail",
  "tlsCertFile",
  "tlsKeyFile",
  "logLevel",
] as const;

interface ExchangeChild {
  readonly url: string;
  /** Resolves at its end, asked for or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

async function startChild(config: Config): Promise<ExchangeChild> {
  const settings: Record<string, string> = {
    [environmentName("data")]: exchangeDirectory(config.data),
    [environmentName("allowedHosts")]: config.allowedHosts.join(","),
    [environmentName("trustProxy")]: config.trustProxy.join(","),
    [environmentName("brandName")]: config.brandName ?? config.sender,
  };
  for (const name of EXCHANGE_SETTINGS) {
    const value = config[name];
    if (value !== undefined) {
      settings[environmentName(name)] = String(value);
    }
  }
  const child = spawn(
    process.execPath,
    [new URL("./exchange-process.js", import.meta.url).pathname],
    // A group of its own: a Ctrl-C at the terminal reaches the parent, which stops both in order.
    {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
      env: childEnvironment(settings),
      detached: true,
    },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await readyUrl(child);
  return {
    url,
    ended: exited,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", () => reject(new ConfigError("the exchange did not start: see its log")));
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      const end = text.indexOf("\n");
      if (end >= 0) {
        resolve(String((JSON.parse(text.slice(0, end)) as { exchange?: unknown }).exchange));
      }
    });
  });
}
