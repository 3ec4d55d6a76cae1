/**
 * What a measurement answers. Machines are noisy: the ratio of a figure counts, to plain
 * `node:crypto` in the same run, and the absolute figure stands beside it.
 *
 * @module
 */

/** What was meant to be reached, and what was. */
export interface Reach {
  /** What `value` is of; empty where the figure beside it says so. */
  readonly what: string;
  readonly value: number;
  readonly unit: "×" | "%" | " bytes" | " ms" | "/s";
  readonly bound: "at least" | "at most";
  readonly limit: number;
  readonly isReached: boolean;
}

/** One line of a measurement. */
export interface Figure {
  readonly operation: string;
  /** Null where nothing is counted by the second. */
  readonly perSecond: number | null;
  /** How often as fast as the reference. */
  readonly ratio: number | null;
  readonly reach: Reach | null;
}

/** A measurement that was taken. */
export interface Measurement {
  readonly name: string;
  /** What the ratios are to. */
  readonly reference: string;
  readonly figures: readonly Figure[];
  /** What has to be known to read the figures. */
  readonly notes: readonly string[];
}

/** How a measurement is to be taken. */
export interface Settings {
  /** With sizes that show that it works and measure nothing. */
  readonly isQuick: boolean;
  /** The most meters that `growth` enrols. */
  readonly maxMeters: number;
  /** Says that one more round is done. */
  readonly step: () => void;
}

/** Holds a value against what is to be reached; `what` is empty for the figure's own. */
export function reach(
  what: string,
  value: number,
  unit: Reach["unit"],
  bound: Reach["bound"],
  limit: number,
): Reach {
  const isReached = bound === "at least" ? value >= limit : value <= limit;
  return { what, value, unit, bound, limit, isReached };
}

/** `1,000 meters`. */
export function countOf(meters: number): string {
  return `${meters.toLocaleString("en")} ${meters === 1 ? "meter" : "meters"}`;
}
