/**
 * The forms in which people have frames, by name, and how they are told apart.
 *
 * @module
 */
import { bareHex } from "../../src/frames/hex.ts";
import { createCsvReader, isGatewayCsv } from "./gateway-csv.ts";
import { readJsonObject } from "./json-object.ts";
import { type LineReader, type Reading, readHex, unreadable } from "./line.ts";
import { isRtlWmbus, readRtlWmbus } from "./rtl-wmbus.ts";
import { readWmbusmeters } from "./wmbusmeters.ts";

export type FrameFormat = "hex" | "ndjson" | "wmbusmeters" | "rtl-wmbus" | "csv";

/** Opens a reader for one file. */
export const FRAME_FORMATS: Readonly<Record<FrameFormat, () => LineReader>> = {
  hex: () => readHex,
  ndjson: () => readJsonObject,
  wmbusmeters: () => readWmbusmeters,
  "rtl-wmbus": () => readRtlWmbus,
  csv: createCsvReader,
};

/** Says what a file with this line is; null for a line that tells nothing. */
export function formatOf(line: string): FrameFormat | null {
  if (line.startsWith("{")) {
    return "ndjson";
  }
  if (line.includes("telegram=")) {
    return "wmbusmeters";
  }
  if (isRtlWmbus(line)) {
    return "rtl-wmbus";
  }
  if (bareHex(line) !== null) {
    return "hex";
  }
  return isGatewayCsv(line) ? "csv" : null;
}

/** Reads one frame in whichever of the forms that fit into a line. */
export function readOneFrame(text: string): Exclude<Reading, null> {
  const line = text.trim();
  const read = FRAME_FORMATS[formatOf(line) ?? "hex"]();
  return read(line) ?? unreadable("expected a frame, got the header of a table");
}
