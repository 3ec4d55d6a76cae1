/**
 * Alternating rounds: what is compared runs in turn, so that a machine that slows down slows all
 * of it; and the median, so that one bad round counts for nothing.
 *
 * @module
 */

/** Does its work once and answers how many it did per second. */
export type Contender = () => Promise<number>;

/** Times `work` on `count` items. */
export async function timed(count: number, work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return count / ((performance.now() - start) / 1000);
}

/** Runs the contenders in turn; the first round warms up and is not among the answers. */
export async function alternate<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  rounds: number,
  step: () => void,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(contenders) as Name[];
  const rates = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const rate = await contenders[name]();
      if (round > 0) {
        rates[name].push(rate);
      }
    }
    step();
  }
  return rates;
}

/** How often as fast `rates` are as `others`, round by round. */
export function medianRatio(rates: readonly number[], others: readonly number[]): number {
  return median(rates.map((rate, i) => rate / others[i]!));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
