/**
 * What a plot can show at once: the strongest lines, and all others summed.
 *
 * @module
 */
import type { Timeline } from "./contract.ts";

export interface Line {
  /** Null = everything that has no line of its own. */
  readonly name: string | null;
  readonly counts: readonly number[];
  readonly total: number;
}

/** Lines that an eye tells apart. */
const MOST = 6;

/** Strongest first; what the service has summed up already goes with the rest. */
export function linesOf({ series, times }: Timeline): Line[] {
  const lines = series
    .map(({ name, counts }) => ({
      name: name === "other" ? null : name,
      counts,
      total: counts.reduce((sum, n) => sum + n, 0),
    }))
    .filter(({ total }) => total > 0)
    .sort((a, b) => Number(a.name === null) - Number(b.name === null) || b.total - a.total);
  const named = lines.filter(({ name }) => name !== null);
  const own = named.slice(0, MOST);
  const rest = [...named.slice(MOST), ...lines.filter(({ name }) => name === null)];
  if (rest.length === 0) {
    return own;
  }
  const counts = times.map((_, at) => rest.reduce((sum, line) => sum + (line.counts[at] ?? 0), 0));
  const total = rest.reduce((sum, line) => sum + line.total, 0);
  return [...own, { name: null, counts, total }];
}

/** The largest count and where it stands. */
export function peakOf({ counts }: Line): { readonly count: number; readonly at: number } {
  const count = Math.max(0, ...counts);
  return { count, at: counts.indexOf(count) };
}
