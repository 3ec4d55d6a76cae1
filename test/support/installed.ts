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

/** Runs a program; its standard output, or null when there is no such program here. */
export async function ask(
  t: ExecutionContext,
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Buffer | null> {
  try {
    const { stdout } = await run(program, [...args], {
      encoding: "buffer",
      timeout: TIMEOUT,
      env: { ...process.env, ...environment },
    });
    t.log(`read by ${program}`);
    return stdout;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      t.log(`no ${program} here: read by this test alone`);
      return null;
    }
    throw error;
  }
}
