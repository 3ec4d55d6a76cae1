/**
 * Programs of others that read our files, where they are installed.
 *
 * A test never depends on one: it has a reader of its own and asks the program as well. What was
 * asked is logged.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";

const run = promisify(execFile);

/** Long enough for an office suite that starts for the first time. */
const TIMEOUT = 90_000;

export interface Asking {
  readonly environment?: Readonly<Record<string, string>>;
  /** For its standard input; empty otherwise. */
  readonly input?: string;
}

/** Runs a program; its standard output, or null when there is no such program here. */
export async function ask(
  t: ExecutionContext,
  program: string,
  args: readonly string[],
  { environment = {}, input = "" }: Asking = {},
): Promise<Buffer | null> {
  const asked = run(program, [...args], {
    encoding: "buffer",
    timeout: TIMEOUT,
    maxBuffer: 1 << 30,
    env: { ...process.env, ...environment },
  });
  asked.child.stdin?.on("error", () => undefined).end(input);
  try {
    const { stdout } = await asked;
    sayOnce(t, `asked ${program}`);
    return stdout;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      sayOnce(t, `no ${program} here: this test's own reader alone`);
      return null;
    }
    throw error;
  }
}

/**
 * Asks OpenSSL 3 or later: older ones, and LibreSSL, know neither `mac` nor AuthEnvelopedData, and
 * count as none.
 */
export async function askOpenssl(
  t: ExecutionContext,
  ...args: readonly string[]
): Promise<Buffer | null> {
  const version = (await ask(t, "openssl", ["version"]))?.toString("utf8").trim();
  if (version === undefined) {
    return null;
  }
  sayOnce(t, version);
  return /^OpenSSL (?:[3-9]|\d\d)\./.test(version) ? await ask(t, "openssl", args) : null;
}

const said = new WeakMap<ExecutionContext, Set<string>>();

function sayOnce(t: ExecutionContext, line: string): void {
  const lines = said.get(t) ?? new Set();
  said.set(t, lines);
  if (!lines.has(line)) {
    lines.add(line);
    t.log(line);
  }
}
