/**
 * The time that a report is about, in UTC.
 *
 * @module
 */
import { Misuse } from "../errors.ts";

export interface Period {
  /** RFC 3339; belongs to the period. */
  readonly from: string;
  /** RFC 3339; does not belong to it. */
  readonly to: string;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** A day stands for its beginning as `from` and for its end as `to`. @throws {@link Misuse} */
export function parsePeriod(from: string, to: string): Period {
  const start = instant(from, "--from", 0);
  const end = instant(to, "--to", 86_400_000);
  if (start >= end) {
    throw new Misuse("--to: expected a time after --from");
  }
  return { from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}

/** A time as a report shows it, to the minute. */
export function time(at: string): string {
  return at.slice(0, 16).replace("T", " ");
}

function instant(text: string, option: string, wholeDayMs: number): number {
  const isDay = DAY.test(text);
  const at = isDay || TIME.test(text) ? Date.parse(isDay ? `${text}T00:00:00Z` : text) : Number.NaN;
  // The 30th of February is read as the 2nd of March.
  if (Number.isNaN(at) || (isDay && !new Date(at).toISOString().startsWith(text))) {
    throw new Misuse(`${option}: expected a day like 2026-10-01 (UTC) or an RFC 3339 time`);
  }
  return isDay ? at + wholeDayMs : at;
}
