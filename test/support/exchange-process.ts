/**
 * The exchange as processes of their own, with a directory and database and nothing else: as
 * production runs it, and to be killed.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import type { DatabaseLocation } from "../../src/db/open.ts";
import { createExchangeKey, loadExchangeKey } from "../../src/exchange/exchange-key.ts";
import { temporaryFolder } from "./databases.ts";
import { type ExchangeClient, speakTo } from "./exchange-client.ts";
import { commandEnvironment, MAIN } from "./process.ts";
import { createSealer, type Sealer } from "./sealer.ts";

/** What an exchange owns. */
export interface ExchangeHome {
  readonly directory: string;
  readonly sealer: Sealer;
  readonly id: string;
  readonly publicKey: Uint8Array;
  readonly location: DatabaseLocation;
}

export interface ExchangeProcess extends ExchangeClient {
  readonly child: ChildProcess;
  log(): string;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** A directory as `init` would leave it on the exchange's own host. */
export function exchangeHome(t: ExecutionContext, location: DatabaseLocation): ExchangeHome {
  const directory = temporaryFolder(t);
  const sealer = createSealer();
  const { id, publicKey } = createExchangeKey(directory);
  const core = Buffer.from(sealer.intake).toString("base64url");
  writeFileSync(join(directory, "core.pub"), `${core}\n`, { mode: 0o600 });
  return { directory, sealer, id, publicKey, location };
}

/** The home that `init` has made in a data directory, moved to where the core cannot see it. */
export function movedHome(data: string, directory: string): ExchangeHome {
  renameSync(join(data, "exchange"), directory);
  const { id, publicKey } = loadExchangeKey(directory);
  const location = { file: join(directory, "exchange.sqlite") };
  return { directory, id, publicKey, location, sealer: createSealer() };
}

/** Starts one; several may share a home. */
export async function exchangeProcess(
  t: ExecutionContext,
  home: ExchangeHome,
  settings: Record<string, string> = {},
): Promise<ExchangeProcess> {
  const { location, directory } = home;
  const child = spawn(process.execPath, [MAIN, "serve", "exchange"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: commandEnvironment({
      METERSEAL_DATA: directory,
      METERSEAL_EXCHANGE_PORT: "0",
      METERSEAL_EXCHANGE_REQUESTS_PER_MINUTE: "100000",
      ...("url" in location ? { METERSEAL_EXCHANGE_DATABASE_URL: location.url } : {}),
      ...settings,
    }),
  });
  const { ready, ended, log } = follow(t, child);
  const { exchange: url = "" } = await ready;
  const clock = {
    get now() {
      return new Date();
    },
  };
  return {
    ...speakTo({ url, id: home.id, sealer: home.sealer, clock }),
    child,
    log,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

/** The core alone, for an exchange somewhere else. */
export async function coreProcess(t: ExecutionContext, data: string, exchange: string) {
  const child = spawn(process.execPath, [MAIN, "serve", "core", "--data", data], {
    stdio: ["ignore", "pipe", "pipe"],
    env: commandEnvironment({
      METERSEAL_INTERNAL_PORT: "0",
      METERSEAL_FIELD_PORT: "0",
      METERSEAL_EXCHANGE_INTAKE_URL: exchange,
      METERSEAL_EXCHANGE_PUBLIC_URL: exchange,
    }),
  });
  const { ready, ended, log } = follow(t, child);
  const { internal } = await ready;
  return {
    internal: internal ?? "",
    log,
    async end(signal: NodeJS.Signals) {
      child.kill(signal);
      await ended;
    },
  };
}

/** Waits for the ready line; kills with the test. */
function follow(t: ExecutionContext, child: ChildProcess) {
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  t.teardown(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const ready = new Promise<Record<string, string>>((resolve, reject) => {
    let text = "";
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${stderr}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (text.includes("\n")) {
        resolve(JSON.parse(text));
      }
    });
  });
  return { ready, ended, log: () => stderr };
}
