/**
 * A deployment with two real witnesses.
 *
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { ExecutionContext } from "ava";
import type { Config } from "../../src/base/config.ts";
import { initialise } from "../../src/programs/init.ts";
import { temporaryFolder } from "./databases.ts";
import { type Service, testConfig } from "./service.ts";
import { startTestWitness, type TestWitness } from "./witness.ts";

export interface Witnessed {
  readonly config: Config;
  readonly witnesses: readonly TestWitness[];
}

/** A deployment, and two witnesses of whom its policy wants `threshold`. */
export async function prepare(
  t: ExecutionContext,
  threshold: "any" | "all",
  overrides: Partial<Config> = {},
): Promise<Witnessed> {
  const folder = temporaryFolder(t);
  const plain = testConfig({ data: join(folder, "data") });
  const { vkey } = await initialise(plain);
  const witnesses = [
    await startTestWitness(t, "one.example", [vkey]),
    await startTestWitness(t, "two.example", [vkey]),
  ];
  const witnessPolicyFile = join(folder, "policy");
  writeFileSync(
    witnessPolicyFile,
    `log ${vkey}\n${witnesses.map((one, i) => `witness w${i} ${one.vkey} ${one.url}\n`).join("")}` +
      `group both ${threshold} w0 w1\nquorum both\n`,
  );
  const more = { witnessPolicyFile, witnessIntervalSeconds: 1, ...overrides };
  return { config: { ...plain, ...more }, witnesses };
}

export async function checkpoint(service: Service, query = "") {
  const auditor = await service.token("auditor");
  return await service.call("GET", `/log/checkpoint${query}`, auditor);
}

export async function witnessStatus(service: Service) {
  return (await service.call("GET", "/v1/status", service.admin)).body.witness;
}

/** Waits until it holds; the end of the test's patience is ava's. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await setTimeout(50);
  }
}

export async function entries(service: Service, action: string) {
  const auditor = await service.token("auditor");
  return (await service.call("GET", `/v1/activity?action=${action}`, auditor)).body.items;
}
