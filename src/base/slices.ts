/**
 * Long work in short turns: a hundred thousand meters must not keep the others waiting.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";

const SLICE = 2000;

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
