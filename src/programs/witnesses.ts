/**
 * The core's side of witnesses: the policy file, the question before the start, and the gate.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import type { Activity } from "../activity/activity.ts";
import { writeHead } from "../activity/append/head-store.ts";
import { formatVkey, PRIMITIVES, parseVkey } from "../activity/hashing.ts";
import { type Policy, PolicyError, parsePolicy } from "../activity/tree/policy.ts";
import { meetsQuorum } from "../activity/tree/policy-group.ts";
import { isSafeUrl } from "../activity/witness/call.ts";
import { gateReleases } from "../activity/witness/gate.ts";
import { askBeforeStart, WitnessRefusedError } from "../activity/witness/start.ts";
import { openWitnesses, type Witnesses } from "../activity/witness/witnesses.ts";
import { type Config, ConfigError } from "../base/config.ts";
import { headStoreFile } from "../base/paths.ts";
import type { OpenCore } from "./open-core.ts";

/** Makes every later start refuse, too, whether witnesses can be asked or not. */
export function keepEvidence(config: Config, error: unknown): void {
  if (error instanceof WitnessRefusedError && error.evidence !== null) {
    writeHead(headStoreFile(config), error.evidence);
  }
}

/** Reads the policy; null when the log has none. @throws {@link ConfigError} */
export function witnessPolicy(config: Config): Policy | null {
  const { witnessPolicyFile, witnessIntervalSeconds, witnessMaxAgeSeconds } = config;
  if (witnessPolicyFile === undefined) {
    return null;
  }
  if (witnessMaxAgeSeconds <= witnessIntervalSeconds) {
    throw new ConfigError("witnessMaxAgeSeconds: expected more than witnessIntervalSeconds");
  }
  const policy = readPolicy(witnessPolicyFile);
  for (const { name, url } of policy.witnesses) {
    if (url !== null && !isSafeUrl(url)) {
      throw new ConfigError(
        `witnessPolicyFile: witness ${name}: expected an https address without user and query`,
      );
    }
  }
  if (!meetsQuorum(policy.quorum, ({ url }) => url !== null)) {
    throw new ConfigError("witnessPolicyFile: too few witnesses have an address for the quorum");
  }
  return policy;
}

/**
 * Asks the witnesses and answers them with the log as the domains get it; null without a policy.
 *
 * @throws {@link ConfigError} when the policy names other logs only
 * @throws {@link WitnessRefusedError} when a witness has seen more than there is
 */
export async function joinWitnesses(
  config: Config,
  { db, activity }: OpenCore,
  policy: Policy | null,
  logger: Logger,
): Promise<{ readonly witnesses: Witnesses | null; readonly activity: Activity }> {
  if (policy === null) {
    return { witnesses: null, activity };
  }
  const log = parseVkey(activity.vkey)!;
  if (policy.logs.length > 0 && !policy.logs.some(({ key }) => formatVkey(key) === activity.vkey)) {
    throw new ConfigError("witnessPolicyFile: names logs, and this one is not among them");
  }
  const witnesses = await openWitnesses({
    db,
    activity,
    log,
    policy,
    intervalSeconds: config.witnessIntervalSeconds,
    maxAgeSeconds: config.witnessMaxAgeSeconds,
    logger,
  });
  try {
    await askBeforeStart(db, log, witnesses);
  } catch (error) {
    await witnesses.stop();
    throw error;
  }
  const stops = config.witnessOverdue === "stop";
  return {
    witnesses,
    activity: stops ? gateReleases(activity, (trx) => witnesses.isOverdue(trx)) : activity,
  };
}

function readPolicy(path: string): Policy {
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch {
    throw new ConfigError("witnessPolicyFile: the file cannot be read");
  }
  try {
    return parsePolicy(PRIMITIVES, file);
  } catch (error) {
    throw error instanceof PolicyError
      ? new ConfigError(`witnessPolicyFile: ${error.message}`)
      : error;
  }
}
