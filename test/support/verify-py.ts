/**
 * `docs/verify.py` for tests: as a command, and as one long-lived process that answers questions.
 *
 * @module
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { ExecutionContext } from "ava";
import { commandEnvironment } from "./process.ts";

const SCRIPT = "docs/verify.py";
const DRIVER = "test/support/verify-driver.py";

/** What a verifier says of a log, or why it did not look at it. */
export interface Verdict {
  readonly ok: boolean;
  readonly size?: number;
  readonly root?: string;
  readonly unsigned?: number;
  readonly problems?: readonly { readonly index: number; readonly code: string }[];
  readonly refused?: string;
}

export type Question =
  | {
      readonly data: string;
      readonly key?: string;
      readonly head?: string;
      readonly checkpoint?: string;
    }
  | { readonly dir: string; readonly key?: string; readonly checkpoint?: string }
  | { readonly proof: string; readonly key: string }
  | { readonly entry: string }
  | { readonly ed25519: readonly [key: string, message: string, signature: string] };

/** Whether there is a Python here; says so in the test's log if not. */
export function hasPython(t: ExecutionContext): boolean {
  if (spawnSync("python3", ["--version"]).status === 0) {
    return true;
  }
  t.log("skipped: no python3 here");
  t.pass();
  return false;
}

/** Starts a verifier; questions are answered one after the other. */
export function startPython(t: ExecutionContext): (question: Question) => Promise<Verdict> {
  const child = spawn("python3", [DRIVER, SCRIPT], { stdio: ["pipe", "pipe", "inherit"] });
  t.teardown(() => child.kill());
  const lines = createInterface({ input: child.stdout });
  const gone = once(child, "exit").then(() => {
    throw new Error("verify.py: expected an answer, the process ended");
  });
  gone.catch(() => undefined);
  return async (question) => {
    const line = once(lines, "line");
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const [said] = await Promise.race([line, gone]);
    return JSON.parse(said);
  };
}

/** Runs the script as an auditor does. */
export async function runScript(
  args: readonly string[],
  settings: Record<string, string> = {},
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn("python3", [SCRIPT, ...args], { env: commandEnvironment(settings) });
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { status, stdout, stderr };
}
