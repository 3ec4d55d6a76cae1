/**
 * Times that somebody else has written.
 *
 * @module
 */

/** The time as RFC 3339 in UTC, made anew; null for what is none. */
export function isoTime(value: unknown): string | null {
  const at = typeof value === "string" ? new Date(value) : null;
  return at === null || Number.isNaN(at.getTime()) ? null : at.toISOString();
}
