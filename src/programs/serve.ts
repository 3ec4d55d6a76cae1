/**
 * `meterseal serve`: the core, the exchange, or both as two processes.
 *
 * @module
 */
import type { Config } from "../base/config.ts";

/** Runs until it is told to stop; answers the exit status. */
export async function serve(config: Config, which: "both" | "core" | "exchange"): Promise<number> {
  throw new Error(config.data + which);
}
