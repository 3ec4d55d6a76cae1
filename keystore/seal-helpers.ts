/**
 * Shares out the meters of a large package over the workers, and gathers their rows in one.
 *
 * Rows hold keys in the open. They go through a port between the two workers and pass no other
 * thread; a recipient's key that they need goes the other way, wrapped under the customer's.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
import type { MessagePort } from "node:worker_threads";
import type { CustomerKeyRef } from "./contract.ts";
import { KeystoreError, type KeystoreErrorCode } from "./errors.ts";
import { type MeterRows, wipeRows, writeMeters } from "./meter-rows.ts";
import { innerValue } from "./recipients/inner-file.ts";
import { unwrapInnerKek } from "./recipients/recipient-kek.ts";
import type { WrappingKey } from "./wrap.ts";

/** What all slices of a package have in common. */
export interface RowsTask {
  readonly customerKey: CustomerKeyRef;
  /** The inner layer: keys open in it, or under a KEK that travels wrapped. */
  readonly inner: { readonly kek: Uint8Array | null } | null;
}

/** Runs work with a customer's key in hand. */
export type UnderCustomerKey = <T>(ref: CustomerKeyRef, work: (key: WrappingKey) => T) => T;

type RowsCall = RowsTask & { readonly slice: ArrayBuffer };
type RowsAnswer =
  | { readonly ok: true; readonly value: MeterRows }
  | { readonly ok: false; readonly code: KeystoreErrorCode | null; readonly message: string };

/** Asked ahead, so that a helper need not wait for a busy sealer. */
const AHEAD = 2;

/**
 * Writes all slices, here and at the helpers, whoever is free; answers in order.
 *
 * @throws {@link KeystoreError} `KEY_INTEGRITY`, `KEY_MISSING`, `KEYSTORE_DOWN`
 */
export async function writeAll(
  under: WrappingKey,
  task: RowsTask,
  slices: readonly ArrayBuffer[],
  helpers: readonly MessagePort[],
): Promise<MeterRows[]> {
  const written = new Array<MeterRows>(slices.length);
  let next = 0;
  async function lane(write: (slice: ArrayBuffer) => Promise<MeterRows>): Promise<void> {
    try {
      while (next < slices.length) {
        const place = next++;
        written[place] = await write(slices[place]!);
      }
    } catch (error) {
      next = slices.length;
      throw error;
    }
  }
  const lanes = helpers.flatMap((port) => {
    const write = writerAt(port, task);
    return Array.from({ length: AHEAD }, () => lane(write));
  });
  lanes.push(
    lane(async (slice) => {
      const rows = writeSlice(under, task, slice);
      // This worker has others to serve as well, and helpers to hear.
      await setImmediate();
      return rows;
    }),
  );
  const settled = await Promise.allSettled(lanes);
  for (const port of helpers) {
    port.close();
  }
  const failed = settled.find((one) => one.status === "rejected");
  if (failed !== undefined) {
    written.forEach(wipeRows);
    throw failed.reason;
  }
  return written;
}

/** Writes slices for the worker at the other end, until it closes the port. */
export function writeRowsFor(port: MessagePort, under: UnderCustomerKey): void {
  port.on("message", ({ slice, ...task }: RowsCall) => {
    try {
      const value = under(task.customerKey, (key) => writeSlice(key, task, slice));
      const { rows, inner, kcvs } = value;
      const buffers = [rows, kcvs, ...(inner === null ? [] : [inner])].map(({ buffer }) => buffer);
      port.postMessage({ ok: true, value } satisfies RowsAnswer, buffers as ArrayBuffer[]);
    } catch (error) {
      const known = error instanceof KeystoreError;
      const message = known ? error.message : "keystore: rows cannot be written";
      const code = known ? error.code : null;
      port.postMessage({ ok: false, code, message } satisfies RowsAnswer);
    }
  });
}

function writeSlice(under: WrappingKey, { inner }: RowsTask, slice: ArrayBuffer): MeterRows {
  if (inner === null) {
    return writeMeters(under, slice, null);
  }
  if (inner.kek === null) {
    return writeMeters(under, slice, innerValue(null));
  }
  using kek = unwrapInnerKek(under, inner.kek);
  return writeMeters(under, slice, innerValue(kek));
}

interface Waiting {
  readonly resolve: (rows: MeterRows) => void;
  readonly reject: (error: Error) => void;
}

/** Asks the worker at the other end; answers come in the order of the questions. */
function writerAt(port: MessagePort, task: RowsTask): (slice: ArrayBuffer) => Promise<MeterRows> {
  const waiting: Waiting[] = [];
  let isClosed = false;
  port.on("message", (answer: RowsAnswer) => {
    const first = waiting.shift();
    if (answer.ok) {
      first?.resolve(answer.value);
    } else {
      const { code, message } = answer;
      first?.reject(code === null ? new TypeError(message) : new KeystoreError(code, message));
    }
  });
  port.on("close", () => {
    isClosed = true;
    for (const { reject } of waiting.splice(0)) {
      reject(helperEnded());
    }
  });
  return (slice) =>
    new Promise((resolve, reject) => {
      if (isClosed) {
        reject(helperEnded());
        return;
      }
      waiting.push({ resolve, reject });
      port.postMessage({ ...task, slice } satisfies RowsCall, [slice]);
    });
}

function helperEnded(): KeystoreError {
  return new KeystoreError("KEYSTORE_DOWN", "keystore: a thread that helped has ended");
}
