/**
 * What the demo says while it works: one line per step, checked or not.
 *
 * @module
 */
import type { Output } from "../output.ts";

export interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface Account {
  readonly steps: readonly Step[];
  /** Runs a step; it holds when `work` resolves, and says what it found. */
  step(name: string, work: () => Promise<string>): Promise<void>;
}

/** A step whose claim did not hold. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
}

export function createAccount(output: Output): Account {
  const steps: Step[] = [];
  return {
    steps,
    async step(name, work) {
      try {
        steps.push({ step: name, ok: true, detail: await work() });
      } catch (error) {
        steps.push({ step: name, ok: false, detail: (error as Error).message });
        throw new StepFailed(name);
      } finally {
        const last = steps.at(-1);
        if (last !== undefined && !output.json) {
          await output.write(
            `${last.ok ? "ok    " : "FAILED"} ${name.padEnd(26)} ${last.detail}\n`,
          );
        }
      }
    },
  };
}

/** Fails the step unless `condition` holds. */
export function demand(condition: boolean, otherwise: string): void {
  if (!condition) {
    throw new StepFailed(otherwise);
  }
}

/** `count` things in the time since `start`, per second. */
export function rate(count: number, start: number): string {
  return `${Math.round(count / ((performance.now() - start) / 1000)).toLocaleString("en")}/s`;
}
