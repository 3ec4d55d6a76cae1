/**
 * The service as processes, to be stopped and killed: `meterseal serve` on free ports.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { ExecutionContext } from "ava";

export const MAIN = "dist/cli/main.js";

export interface ServiceProcess {
  readonly internal: string;
  readonly field: string;
  readonly exchange: string;
  readonly child: ChildProcess;
  /** Everything that the programs wrote on stderr. */
  log(): string;
  /** Sends a signal and waits for the end; answers the exit status, or null when killed. */
  end(signal: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number | null>;
}

/** Environment of a command under test: nothing of ours but the settings given. */
export function commandEnvironment(settings: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, ...settings };
}

/** Starts both programs, or the one that is named. */
export async function serveProcess(
  t: ExecutionContext,
  data: string,
  settings: Record<string, string> = {},
  programs: readonly "core"[] = [],
): Promise<ServiceProcess> {
  const ports = {
    METERSEAL_INTERNAL_PORT: "0",
    METERSEAL_FIELD_PORT: "0",
    METERSEAL_EXCHANGE_PORT: "0",
  };
  const child = spawn(process.execPath, [MAIN, "serve", ...programs, "--data", data], {
    stdio: ["ignore", "pipe", "pipe"],
    env: commandEnvironment({ ...ports, ...settings }),
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  t.teardown(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  const urls = await new Promise<{ internal: string; field: string; exchange: string }>(
    (resolve, reject) => {
      let text = "";
      child.once("exit", (code) => reject(new Error(`serve ended with ${code}: ${stderr}`)));
      child.stdout.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
        if (text.includes("\n")) {
          resolve(JSON.parse(text));
        }
      });
    },
  );
  return {
    ...urls,
    child,
    log: () => stderr,
    async end(signal) {
      child.kill(signal);
      return await ended;
    },
  };
}
