/**
 * Bodies of requests, ready to be sent.
 *
 * @module
 */
import { addressText, keysOf, type Mode } from "./modes.ts";
import type { Sample } from "./samples.ts";

/** Rows for an import; without a mode the service draws the keys. */
export function importRows(mode: Mode | null, meters: readonly number[]): Buffer {
  return lines(
    meters.map((meter) => ({
      address: addressText(meter),
      ...(mode === null ? {} : { key: hex(keysOf(mode, meter).key) }),
    })),
  );
}

/** Frames as a request of NDJSON. */
export function ndjson(samples: readonly Sample[]): Buffer {
  return lines(samples.map(({ bytes }, ref) => ({ ref, frame: hex(bytes) })));
}

function lines(documents: readonly object[]): Buffer {
  return Buffer.from(documents.map((document) => `${JSON.stringify(document)}\n`).join(""));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
