/**
 * The threads of the keystore: calls go out, answers come back by number; a thread that dies
 * fails its calls with KEYSTORE_DOWN and is replaced.
 *
 * @module
 */
import { MessagePort, Worker } from "node:worker_threads";
import type { ServiceKeyRow } from "./contract.ts";
import type { Engine } from "./engine.ts";
import { KeystoreError, type KeystoreErrorCode } from "./errors.ts";

export type Call =
  | { readonly id: number; readonly op: "decrypt"; readonly args: readonly [ArrayBuffer] }
  | {
      readonly id: number;
      readonly op: Operation;
      readonly args: readonly unknown[];
    };

export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly id: number;
      readonly ok: false;
      readonly code: KeystoreErrorCode | null;
      readonly message: string;
    };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, Waiting>;
  /** Why it ended; null while it runs. */
  ended: KeystoreError | null;
}

/** Operations that one thread runs and answers. */
type Operation = Exclude<keyof Engine, "decrypt">;

export interface WorkerPool {
  readonly size: number;
  call<Op extends Operation>(
    thread: number,
    op: Op,
    args: Parameters<Engine[Op]>,
  ): Promise<Awaited<ReturnType<Engine[Op]>>>;
  /** One packed batch; the buffer is transferred. */
  decrypt(thread: number, packed: ArrayBuffer): Promise<ArrayBuffer>;
  /** Calls every thread; replacements for dead threads get the rows of the last `load` first. */
  broadcast(op: "load" | "evict", args: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

export function createWorkerPool(
  size: number,
  data: { readonly rootKeyFile: string; readonly keyCacheSeconds: number },
): WorkerPool {
  let lastId = 0;
  let closing = false;
  let loaded: readonly ServiceKeyRow[] = [];
  const threads: Thread[] = Array.from({ length: size }, (_, n) => start(n));

  function start(n: number): Thread {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: data });
    const thread: Thread = { worker, waiting: new Map(), ended: null };
    worker.on("message", (answer: Answer) => {
      const waiting = thread.waiting.get(answer.id);
      thread.waiting.delete(answer.id);
      if (answer.ok) {
        waiting?.resolve(answer.value);
      } else if (answer.code === null) {
        waiting?.reject(new TypeError(answer.message));
      } else {
        waiting?.reject(new KeystoreError(answer.code, answer.message));
      }
    });
    let cause: unknown;
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", () => {
      thread.ended = downError(cause);
      for (const waiting of thread.waiting.values()) {
        waiting.reject(thread.ended);
      }
      thread.waiting.clear();
      // A thread that could not even read its root key would die again and again.
      if (!closing && loaded.length > 0 && thread.ended.code !== "ROOT_KEY") {
        threads[n] = start(n);
        send(threads[n], "load", [loaded]).catch(() => undefined);
      }
    });
    return thread;
  }

  function send(thread: Thread, op: Call["op"], args: readonly unknown[]): Promise<unknown> {
    if (thread.ended !== null) {
      // A message to a dead thread would wait for ever.
      return Promise.reject(thread.ended);
    }
    return new Promise((resolve, reject) => {
      const id = ++lastId;
      thread.waiting.set(id, { resolve, reject });
      thread.worker.postMessage({ id, op, args }, args.flat().filter(isTransferred));
    });
  }

  function sendTo(n: number, op: Call["op"], args: readonly unknown[]): Promise<unknown> {
    const thread = threads[n % size];
    return thread === undefined || closing
      ? Promise.reject(downError(null))
      : send(thread, op, args);
  }

  return {
    size,
    call: (n, op, args) => sendTo(n, op, args) as Promise<Awaited<ReturnType<Engine[typeof op]>>>,
    decrypt: (n, packed) => sendTo(n, "decrypt", [packed]) as Promise<ArrayBuffer>,
    async broadcast(op, args) {
      await Promise.all(threads.map((thread) => send(thread, op, args)));
      if (op === "load") {
        loaded = args[0] as readonly ServiceKeyRow[];
      }
    },
    async close() {
      closing = true;
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

function isTransferred(value: unknown): value is ArrayBuffer | MessagePort {
  return value instanceof ArrayBuffer || value instanceof MessagePort;
}

function downError(cause: unknown): KeystoreError {
  return cause instanceof KeystoreError || isRootKeyError(cause)
    ? new KeystoreError("ROOT_KEY", (cause as Error).message)
    : new KeystoreError("KEYSTORE_DOWN", "keystore: its thread ended", { cause });
}

/** Errors thrown while a thread starts arrive as clones that have lost their class. */
function isRootKeyError(cause: unknown): boolean {
  return cause instanceof Error && cause.message.startsWith("root key file: ");
}
