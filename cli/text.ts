/**
 * Text on its way to a terminal: no control characters, no secrets that were typed by mistake.
 *
 * @module
 */

/** Tokens, link fragments and hex as long as a key. */
const SECRETS: readonly RegExp[] = [
  /\bms_[A-Za-z0-9_-]{8,}/g,
  /#[A-Za-z0-9_-]{16,}/g,
  /\b[0-9A-Fa-f]{32,}\b/g,
  /(?<=--[a-z-]*=)[^\s']+/g,
];

/** Control and bidirectional characters could rewrite what a terminal shows. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Makes foreign text safe to show. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, "·");
}

/** Hides what looks like a secret in an error message. */
export function redact(text: string): string {
  return SECRETS.reduce((result, pattern) => result.replace(pattern, "[hidden]"), text);
}

/** Shows a value of a JSON answer: text as it is, nothing as `-`. */
export function show(value: unknown): string {
  if (value === null || value === undefined || value === "") {
    return "-";
  }
  return printable(typeof value === "object" ? JSON.stringify(value) : String(value));
}

/** A time to the minute, for tables; other text stays. */
export function shortTime(value: unknown): string {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)
    ? `${value.slice(0, 10)} ${value.slice(11, 16)}Z`
    : show(value);
}

/** `1 meter`, `2 meters`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
