/**
 * Starts the engine's worker.
 *
 * @module
 */
import { PageWorker as Worker } from "../worker-script.ts";

/** Starts a worker; ending it wipes what it holds. */
export function startWorker(): globalThis.Worker {
  return new Worker(new URL("./engine/worker.ts", import.meta.url), { type: "module" });
}
