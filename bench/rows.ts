/**
 * Bodies of requests, ready to be sent.
 *
 * @module
 */
import { addressText, keysOf, type Mode } from "./modes.ts";
import type { Sample } from "./samples.ts";

/** Rows for an import; without a mode the service draws the keys. */
export function importRows(mode: Mode | null, meters: readonly number[]): Buffer {
  return ndjson(
    meters.map((meter) =>
      JSON.stringify({
        address: addressText(meter),
        ...(mode === null ? {} : { key: hex(keysOf(mode, meter).key) }),
      }),
    ),
  );
}

/** Frames as the lines of a request. */
export function requestLines(samples: readonly Sample[]): string[] {
  return samples.map(({ bytes }, ref) => `{"ref":${ref},"frame":"${hex(bytes)}"}`);
}

/** Lines as a body. */
export function ndjson(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join("\n")}\n`);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
