/**
 * Counts refusals in memory, so that a flood of bad requests cannot fill the disk.
 *
 * What was counted becomes at most one event a minute.
 *
 * @module
 */

export interface Refusals {
  count(route: string, code: string): void;
  /** Answers what was counted as [route, code, number] and starts again. */
  drain(): [string, string, number][];
  /** Puts back what could not be written. */
  restore(counts: readonly (readonly [string, string, number])[]): void;
}

export function createRefusals(): Refusals {
  const counts = new Map<string, [string, string, number]>();

  function add(route: string, code: string, number: number): void {
    // Both come from our own code, so the map stays small.
    const entry = counts.get(`${route} ${code}`) ?? [route, code, 0];
    entry[2] += number;
    counts.set(`${route} ${code}`, entry);
  }

  return {
    count: (route, code) => add(route, code, 1),
    drain() {
      const drained = [...counts.values()];
      counts.clear();
      return drained;
    },
    restore: (drained) => {
      for (const [route, code, number] of drained) {
        add(route, code, number);
      }
    },
  };
}
