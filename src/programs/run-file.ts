/**
 * `run.json`: where the running core is found, and whether there is one.
 *
 * @module
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { runFile } from "../base/paths.ts";
import { Problem } from "../base/problem.ts";

export interface RunInfo {
  readonly internal: string;
  readonly field: string;
  readonly exchange: string;
  readonly pid: number;
  readonly instanceKey: string;
}

/** The core that was started on this directory, running or not; null when there was none. */
export function readRunFile(data: string): RunInfo | null {
  try {
    return JSON.parse(readFileSync(runFile(data), "utf8"));
  } catch {
    return null;
  }
}

/** Asks whether the core named by `run.json` is there and is the one that wrote it. */
export async function answersAsItself(run: RunInfo): Promise<boolean> {
  const nonce = randomBytes(24).toString("base64url");
  const expected = createHmac("sha256", Buffer.from(run.instanceKey, "base64url"))
    .update(nonce, "ascii")
    .digest();
  try {
    const response = await fetch(`${run.internal}/healthz?nonce=${nonce}`, {
      redirect: "error",
      signal: AbortSignal.timeout(3000),
    });
    const { proof } = (await response.json()) as { proof?: unknown };
    const given = Buffer.from(String(proof), "base64url");
    return given.length === expected.length && timingSafeEqual(given, expected);
  } catch {
    return false;
  }
}

/** @throws {@link Problem} `ALREADY_RUNNING`: two cores on one directory would fork the log. */
export async function refuseSecondCore(data: string): Promise<void> {
  const run = readRunFile(data);
  if (run !== null && (await answersAsItself(run))) {
    throw new Problem(409, "ALREADY_RUNNING", `a core (pid ${run.pid}) serves this data directory`);
  }
}
