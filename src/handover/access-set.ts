/**
 * The access set of a delivery: every meter and key version in it, in as many entries as it takes.
 *
 * Meters are named by their dense numbers, ascending, as differences; every part starts from
 * zero again, so that it can be read alone.
 *
 * @module
 */

/** [difference to the number before, key version]. */
export type AccessPair = readonly [number, number];

/** An entry has at most 65 535 bytes; the rest of it needs less than what is left. */
const MAX_PART_BYTES = 60_000;

/** Splits an access set by its encoded size; at least one part. */
export function splitAccessSet(keys: readonly AccessPair[]): AccessPair[][] {
  const parts: AccessPair[][] = [];
  let part: AccessPair[] = [];
  let bytes = 0;
  let number = 0;
  for (const [difference, version] of keys) {
    number += difference;
    let pair: AccessPair = [difference, version];
    let length = JSON.stringify(pair).length + 1;
    if (part.length > 0 && bytes + length > MAX_PART_BYTES) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    if (part.length === 0) {
      pair = [number, version];
      length = JSON.stringify(pair).length + 1;
    }
    part.push(pair);
    bytes += length;
  }
  return [...parts, part];
}
