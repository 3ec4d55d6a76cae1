/**
 * Time, as the programs take it: always as an argument, so that tests can set it.
 *
 * @module
 */

/** Microseconds since 1970 by the wall clock, which has milliseconds. */
export function microsecondClock(): number {
  return Date.now() * 1000;
}

/** RFC 3339 UTC with milliseconds. */
export function timestamp(date: Date): string {
  return date.toISOString();
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400 };

/**
 * Reads `90d`, `12h`, `30m` or an RFC 3339 time with a zone as an instant after `now`; null when
 * it is neither, or not in the future, or more than `maxDays` away.
 */
export function parseExpiry(text: string, now: Date, maxDays: number): Date | null {
  const span = /^(\d{1,6})([mhd])$/.exec(text);
  let at = Number.NaN;
  if (span !== null) {
    at = now.getTime() + Number(span[1]) * (UNITS[span[2] ?? ""] ?? 0) * 1000;
  } else if (/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && isDay(text)) {
    at = Date.parse(text);
  }
  const latest = now.getTime() + maxDays * 86_400_000;
  return at > now.getTime() && at <= latest ? new Date(at) : null;
}

/** `Date.parse` takes the 30th of February for the 2nd of March. */
function isDay(text: string): boolean {
  const day = text.slice(0, 10);
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
