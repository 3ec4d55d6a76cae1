/**
 * An entry as it is stored: canonical JSON with its place in time.
 *
 * @module
 */
import { canonicalJson } from "./canonical.ts";
import type { EntryDraft } from "./entry.ts";

/** C2SP tlog-tiles: an entry has a 16-bit length. */
const MAX_ENTRY = 65_535;

/** @throws {RangeError} when the entry is longer than a log of tiles can hold. */
export function entryBody(draft: EntryDraft, at: number, node: string): string {
  const { fields, code, ...common } = draft;
  const body = canonicalJson({
    ...fields,
    ...common,
    ...(code === undefined ? {} : { code }),
    v: 1,
    at: formatMicroseconds(at),
    node,
  });
  if (Buffer.byteLength(body) > MAX_ENTRY) {
    throw new RangeError(`log entry ${draft.action}: longer than ${MAX_ENTRY} bytes`);
  }
  return body;
}

/** RFC 3339 UTC with microseconds. */
export function formatMicroseconds(at: number): string {
  const milliseconds = Math.floor(at / 1000);
  const rest = String(at - milliseconds * 1000).padStart(3, "0");
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${rest}Z`;
}

/** Reads what `formatMicroseconds` wrote; NaN when it is none, or not of the years to 2254. */
export function parseMicroseconds(text: string): number {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})(\d{3})Z$/.exec(text);
  const at = match === null ? Number.NaN : Date.parse(`${match[1]}Z`) * 1000 + Number(match[2]);
  // `Date` takes 30 February for a day in March; beyond 2^53 microseconds, in 2255, they are not whole.
  return Number.isSafeInteger(at) && formatMicroseconds(at) === text ? at : Number.NaN;
}
