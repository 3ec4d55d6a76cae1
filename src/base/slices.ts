/**
 * Long work in short turns: a hundred thousand meters must not keep the others waiting.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

const SLICE = 2000;
/** Some milliseconds of hashing. */
const SLICE_BYTES = 4 * 1024 * 1024;

/** Maps every item; between slices the thread does what else there is to do. */
export async function mapInSlices<T, U>(items: readonly T[], map: (item: T) => U): Promise<U[]> {
  const mapped: U[] = [];
  for (let at = 0; at < items.length; at += SLICE) {
    for (const item of items.slice(at, at + SLICE)) {
      mapped.push(map(item));
    }
    await setImmediate();
  }
  return mapped;
}

/** SHA-256 of bytes that may be tens of megabytes. */
export async function sha256InSlices(bytes: Uint8Array): Promise<Buffer> {
  const hash = createHash("sha256");
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    hash.update(bytes.subarray(at, at + SLICE_BYTES));
    await setImmediate();
  }
  return hash.digest();
}
