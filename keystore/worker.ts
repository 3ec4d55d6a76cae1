/**
 * A keystore worker thread: reads the root key itself and answers one message at a time.
 *
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { createEngine } from "./engine.ts";
import { KeystoreError } from "./errors.ts";
import { readRootKeyFile } from "./roots/key-file.ts";
import type { Answer, Call } from "./worker-pool.ts";

/** A transfer costs more than the clone of a short array. */
const TRANSFER_FROM = 65_536;

const port = parentPort;
if (port === null) {
  throw new TypeError("keystore worker: expected to run as a worker thread");
}
const { rootKeyFile, keyCacheSeconds } = workerData as {
  rootKeyFile: string;
  keyCacheSeconds: number;
};
const engine = createEngine(readRootKeyFile(rootKeyFile), keyCacheSeconds);
setInterval(() => engine.sweep(), 1000).unref();

port.on("message", async (call: Call) => {
  try {
    if (call.op === "decrypt") {
      const packed = engine.decrypt(call.args[0]);
      port.postMessage({ id: call.id, ok: true, value: packed } satisfies Answer, [packed]);
      return;
    }
    const operation = engine[call.op] as (...args: readonly unknown[]) => unknown;
    const copies: ArrayBuffer[] = [];
    const value = detached(await operation(...call.args), copies);
    port.postMessage({ id: call.id, ok: true, value } satisfies Answer, copies);
  } catch (error) {
    port.postMessage({ id: call.id, ok: false, ...refusalOf(call.op, error) } satisfies Answer);
  }
});

/** A foreign message could quote its input: only our own sentences cross. */
function refusalOf(op: Call["op"], error: unknown) {
  return error instanceof KeystoreError
    ? { code: error.code, message: error.message }
    : { code: null, message: `keystore: ${op} failed` };
}

/**
 * Copies byte arrays out of Node's shared buffer pool: a clone of a view takes the whole pool
 * with it, and the pool of this thread may have held key bytes. Large copies are transferred: a
 * package has tens of megabytes.
 */
function detached(value: unknown, copies: ArrayBuffer[]): unknown {
  if (value instanceof Uint8Array) {
    const copy = new Uint8Array(value);
    if (copy.length > TRANSFER_FROM) {
      copies.push(copy.buffer);
    }
    return copy;
  }
  if (Array.isArray(value)) {
    return value.map((item) => detached(item, copies));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, detached(item, copies)]),
    );
  }
  return value;
}
