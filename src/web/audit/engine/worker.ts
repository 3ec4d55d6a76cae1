/**
 * The worker for the one long piece of work: checking every entry. Its end is its stop.
 *
 * @module
 */
import { AuditError } from "../contract.ts";
import { createClient } from "./client.ts";
import { checkEveryEntry, type FullCheck } from "./full-check.ts";

/** From the page: once. */
export interface FullCheckOrder {
  readonly base: string;
  readonly token: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** To the page: progress, then one of the others. */
export type FullCheckReport =
  | { readonly report: "progress"; readonly done: number }
  | { readonly report: "done"; readonly result: FullCheck }
  | { readonly report: "failed"; readonly code: string };

/** What of a dedicated worker's scope is used: the types at hand are those of a page. */
interface WorkerScope {
  postMessage(report: FullCheckReport): void;
  addEventListener(type: "message", listener: (event: MessageEvent<FullCheckOrder>) => void): void;
}

const PROGRESS_MS = 200;
const scope = globalThis as unknown as WorkerScope;

scope.addEventListener("message", ({ data }) => void run(data));

async function run(data: FullCheckOrder): Promise<void> {
  const client = createClient(data.base, data.token, () => undefined);
  let told = 0;
  try {
    const result = await checkEveryEntry({
      size: data.size,
      root: data.root,
      read: (path) => client.bytes(path),
      onProgress(done) {
        if (performance.now() - told > PROGRESS_MS) {
          told = performance.now();
          scope.postMessage({ report: "progress", done });
        }
      },
    });
    scope.postMessage({ report: "done", result });
  } catch (error) {
    const code = error instanceof AuditError ? error.code : "ANSWER";
    scope.postMessage({ report: "failed", code });
  }
}
