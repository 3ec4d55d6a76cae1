/**
 * Times as a letter writes them: weekday, date, hour, zone, and how far away that is.
 *
 * @module
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Writes a time in the reader's own zone and names the zone. */
export function longTime(locale: string, at: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(new Date(at));
}

/** Writes how far away a time is, in whole days from two days on, else in hours or minutes. */
export function distance(locale: string, at: string, now: number): string {
  const away = Date.parse(at) - now;
  const [unit, size] = unitOf(Math.abs(away));
  return new Intl.RelativeTimeFormat(locale).format(Math.trunc(away / size), unit);
}

function unitOf(away: number): readonly [Intl.RelativeTimeFormatUnit, number] {
  if (away >= 2 * DAY) {
    return ["day", DAY];
  }
  return away >= HOUR ? ["hour", HOUR] : ["minute", MINUTE];
}
