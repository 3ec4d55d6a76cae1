/**
 * The worker: takes orders of the page and reports back. Its end is the end of all secrets.
 *
 * @module
 */
import { fixedBase64url } from "../../../handover/protocol/base64url.ts";
import { type Engine, startEngine } from "./engine.ts";
import type { Order, Report } from "./messages.ts";

/** What of a dedicated worker's scope is used: the types at hand are those of a page. */
interface WorkerScope {
  postMessage(report: Report): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Order>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
let engine: Engine | null = null;

scope.addEventListener("message", ({ data }) => {
  switch (data.order) {
    case "start":
      engine ??= start(data.code, data.baseUrl);
      break;
    case "openWith":
      engine?.openWith(data.pin);
      break;
    case "rows":
      answer(data.id, engine?.rows(data.filter, data.from, data.count) ?? { total: 0, rows: [] });
      break;
    case "reveal":
      answer(data.id, engine?.reveal(data.index) ?? null);
      break;
    case "save":
      engine?.save(data.format, data.options);
      break;
    case "confirm":
      engine?.confirm(data.name);
      break;
    case "retry":
      engine?.retry();
      break;
  }
});

function start(code: string, baseUrl: string): Engine | null {
  const fragment = fixedBase64url(code, 32);
  const show: Parameters<typeof startEngine>[1]["show"] = (screen) =>
    scope.postMessage({ report: "screen", screen });
  if (fragment === null) {
    show({ at: "paste", fault: "LINK_FORMAT" });
    return null;
  }
  const handOut = (file: Blob, fileName: string) =>
    scope.postMessage({ report: "file", file, fileName });
  return startEngine({ baseUrl, fragment }, { show, handOut });
}

function answer(id: number, value: unknown): void {
  scope.postMessage({ report: "answer", id, value });
}
