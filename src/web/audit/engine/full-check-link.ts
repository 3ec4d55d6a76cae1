/**
 * Starts the full check in its worker, and stops it.
 *
 * @module
 */
import { PageWorker as Worker } from "../../worker-script.ts";
import type { FullCheck } from "./full-check.ts";
import type { FullCheckOrder, FullCheckReport } from "./worker.ts";

export interface FullCheckHandlers {
  onProgress(done: number): void;
  onDone(result: FullCheck): void;
  onFailed(code: string): void;
}

/** Answers how to stop it. */
export function startFullCheck(order: FullCheckOrder, handlers: FullCheckHandlers): () => void {
  const worker: globalThis.Worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
  });
  worker.addEventListener("error", () => handlers.onFailed("WORKER"));
  worker.addEventListener("message", ({ data }: MessageEvent<FullCheckReport>) => {
    switch (data.report) {
      case "progress":
        handlers.onProgress(data.done);
        break;
      case "done":
        worker.terminate();
        handlers.onDone(data.result);
        break;
      case "failed":
        worker.terminate();
        handlers.onFailed(data.code);
        break;
    }
  });
  worker.postMessage(order);
  return () => worker.terminate();
}
