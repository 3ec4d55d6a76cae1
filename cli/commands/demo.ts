/**
 * `meterseal demo`: the main job end to end on a throw-away data directory.
 *
 * @module
 */
import { Refusal } from "../errors.ts";
import type { Output } from "../output.ts";

export interface DemoOptions {
  readonly meters: number;
  readonly keep: boolean;
  readonly output: Output;
}

/** Answers 0 when every step was verified. */
export async function runDemo(options: DemoOptions): Promise<number> {
  throw new Refusal("NOT_WIRED", `the demo with ${options.meters} meters is not wired`);
}
