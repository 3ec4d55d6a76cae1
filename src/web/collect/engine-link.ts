/**
 * The wire to the worker: orders, questions with their answers, and files to save.
 *
 * @module
 */

import { saveFile } from "../save-file.ts";
import type { Collecting, Screen } from "./contract.ts";
import type { Order, Report } from "./engine/messages.ts";
import { startWorker } from "./start-worker.ts";

type Rows = Awaited<ReturnType<Collecting["rows"]>>;
type Slice = Omit<Extract<Order, { order: "rows" }>, "id" | "order">;

export interface EngineLink {
  send(order: Order): void;
  rows(slice: Slice): Promise<Rows>;
  /** Null once the worker has ended. */
  reveal(index: number): Promise<string | null>;
  /** Ends the worker, and with it all that it holds. */
  end(): void;
}

export interface EngineLinkOptions {
  onScreen(screen: Screen): void;
  /** The worker does not run in this browser. */
  onBroken(): void;
}

/** What a wiped package has. */
export const NO_ROWS: Rows = { total: 0, rows: [] };

/** Starts a worker. */
export function createEngineLink({ onScreen, onBroken }: EngineLinkOptions): EngineLink {
  const worker = startWorker();
  const questions = new Map<number, (value: unknown) => void>();
  let asked = 0;
  worker.addEventListener("error", onBroken);
  worker.addEventListener("message", ({ data }: MessageEvent<Report>) => {
    switch (data.report) {
      case "screen":
        onScreen(data.screen);
        break;
      case "file":
        saveFile(data.file, data.fileName);
        break;
      case "answer":
        questions.get(data.id)?.(data.value);
        questions.delete(data.id);
        break;
    }
  });
  const send = (order: Order) => worker.postMessage(order);
  const ask = (question: (id: number) => Order) =>
    new Promise<unknown>((resolve) => {
      asked += 1;
      questions.set(asked, resolve);
      send(question(asked));
    });
  return {
    send,
    async rows(slice) {
      const rows = await ask((id) => ({ order: "rows", id, ...slice }));
      return (rows as Rows | null) ?? NO_ROWS;
    },
    async reveal(index) {
      return (await ask((id) => ({ order: "reveal", id, index }))) as string | null;
    },
    end() {
      worker.terminate();
      for (const answer of questions.values()) {
        answer(null);
      }
      questions.clear();
    },
  };
}
