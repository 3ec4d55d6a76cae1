/**
 * NDJSON: `{"ref","frame"}` as the service takes it, and `{"telegram"}` as other programs write it.
 *
 * Of a foreign object only the telegram and its `ref` are taken: wmbusmeters reads the meter's key
 * from the same object, and no key belongs into a request.
 *
 * @module
 */
import { type Reading, readHex, unreadable } from "./line.ts";

/** What the service is to get instead of a foreign object. */
export interface ForeignTelegram {
  readonly ref: unknown;
  readonly hex: Exclude<Reading, null>;
}

/** Reads a foreign object; null for every other line, which is the service's to judge. */
export function foreignTelegram(line: string): ForeignTelegram | null {
  // Only few lines need to be parsed: frames are hex and never contain the word.
  const object = line.includes('"telegram"') ? objectIn(line) : null;
  if (typeof object?.["telegram"] !== "string" || "frame" in object) {
    return null;
  }
  return { ref: object["ref"], hex: readHex(object["telegram"].trim()) };
}

/** Takes the frame out of either kind of object. */
export function readJsonObject(line: string): Reading {
  const { frame, telegram } = objectIn(line) ?? {};
  const text = frame ?? telegram;
  return typeof text === "string"
    ? readHex(text.trim())
    : unreadable('expected a JSON object with "frame" or "telegram"');
}

function objectIn(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown> | null)
      : null;
  } catch {
    return null;
  }
}
