/**
 * `meterseal demo`: the main job end to end on a throw-away data directory.
 *
 * Two real programs, real listeners, published frames of real meters and a thousand of our own.
 * Every step is checked; the exit status is 0 only when all of them held.
 *
 * @module
 */
import { createAccount, StepFailed } from "../demo/account.ts";
import { type Deployment, startDeployment } from "../demo/deployment.ts";
import { runSteps } from "../demo/steps.ts";
import { Misuse } from "../errors.ts";
import type { Output } from "../output.ts";

/** Two of each profile, so that one can forge the other's frames. */
const MIN_METERS = 8;
const MAX_METERS = 100_000;

export interface DemoOptions {
  readonly meters: number;
  readonly keep: boolean;
  readonly output: Output;
}

/** Answers 0 when every step was verified. */
export async function runDemo({ meters, keep, output }: DemoOptions): Promise<number> {
  if (!(meters >= MIN_METERS && meters <= MAX_METERS)) {
    throw new Misuse(`--meters: expected ${MIN_METERS} to ${MAX_METERS}`);
  }
  const start = performance.now();
  const account = createAccount(output);
  const deployments: Deployment[] = [];
  let ok = true;
  try {
    await account.step("start both programs", async () => {
      deployments.push(await startDeployment());
      return "core and exchange, two processes on free ports";
    });
    await runSteps(deployments[0] as Deployment, account, { meters, keep, output });
  } catch (error) {
    if (!(error instanceof StepFailed)) {
      throw error;
    }
    ok = false;
  } finally {
    for (const deployment of deployments) {
      await deployment.stop();
      deployment.remove();
    }
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  await output.result({ ok, seconds: Number(seconds), steps: account.steps }, () => [
    ok ? `every step held, in ${seconds} s` : "a step did not hold",
  ]);
  return ok ? 0 : 1;
}
