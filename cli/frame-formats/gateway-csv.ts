/**
 * CSV as gateways write it, separated by semicolons or commas, with or without a header.
 *
 * A header names the column of frames; without such a name it is the one column that holds a
 * frame. Elvaco gateways (CMe, CMi) write a column `mbus-raw`, or no header and these five:
 *
 *     serial-number;device-identification;created;value-data-count;mbus-raw
 *
 * There the frame begins with its C field and ends before the checksum, so the long frame of
 * EN 13757-2 is put around it again.
 *
 * @module
 */
import { detectTransport } from "../../src/frames/detect.ts";
import { bareHex } from "../../src/frames/hex.ts";
import { type LineReader, type Reading, readHex, unreadable } from "./line.ts";

/** Names of the column without case and separators; the first of them that is there wins. */
const FRAME_COLUMNS = ["telegram", "frame", "rawdata", "raw", "payload", "hex", "data"];
const ELVACO_COLUMN = "mbusraw";
/** A shorter field is a number, a key or a checksum; see the shortest encrypted frame. */
const SHORTEST_FRAME = 20;

interface Column {
  readonly index: number;
  readonly isElvaco: boolean;
}

/** Reads one file: its first line decides where the frames are. */
export function createCsvReader(): LineReader {
  let separator: string | null = null;
  let column: Column | null = null;
  return (line) => {
    const isFirst = separator === null;
    separator ??= separatorOf(line);
    const fields = fieldsOf(line, separator);
    if (isFirst) {
      column = namedColumn(fields);
      if (column !== null || isHeader(fields)) {
        return null;
      }
    }
    return readRow(fields, column);
  };
}

/** Says whether a line is a header that names frames, or a row that holds one. */
export function isGatewayCsv(line: string): boolean {
  const fields = fieldsOf(line, separatorOf(line));
  return (
    fields.length > 1 &&
    (namedColumn(fields) !== null || isElvacoRow(fields) || fields.some(isFrame))
  );
}

function readRow(fields: readonly string[], column: Column | null): Reading {
  if (column !== null) {
    const field = fields[column.index] ?? "";
    return column.isElvaco ? readElvaco(field) : readHex(field);
  }
  if (isElvacoRow(fields)) {
    return readElvaco(fields[4]!);
  }
  const frames = fields.filter(isFrame);
  return frames.length === 1
    ? readHex(frames[0]!)
    : unreadable(
        `expected one column that holds a frame, or a header with ${FRAME_COLUMNS.join(", ")}`,
      );
}

function separatorOf(line: string): string {
  return line.includes(";") ? ";" : ",";
}

function fieldsOf(line: string, separator: string): string[] {
  const fields: string[] = [];
  let field = "";
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') {
      isQuoted = !isQuoted;
    } else if (character === separator && !isQuoted) {
      fields.push(field.trim());
      field = "";
    } else {
      field += character;
    }
  }
  return [...fields, field.trim()];
}

function namedColumn(fields: readonly string[]): Column | null {
  const names = fields.map((field) => field.toLowerCase().replace(/[\s_<>-]/g, ""));
  for (const name of [ELVACO_COLUMN, ...FRAME_COLUMNS]) {
    const index = names.indexOf(name);
    if (index >= 0) {
      return { index, isElvaco: name === ELVACO_COLUMN };
    }
  }
  return null;
}

/** A row has a number, a time or a frame in it; a header has words only. */
function isHeader(fields: readonly string[]): boolean {
  return !fields.some((field) => /\d/.test(field) && !/[^\d\s.:/+TZ-]/.test(field));
}

function isFrame(field: string): boolean {
  const hex = bareHex(field) ?? "";
  return hex.length >= 2 * SHORTEST_FRAME && detectTransport(Buffer.from(hex, "hex")) !== "unknown";
}

function isElvacoRow(fields: readonly string[]): boolean {
  return (
    fields.length === 5 &&
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(fields[2]!) &&
    bareHex(fields[4]!) !== null
  );
}

/** EN 13757-2: 68 L L 68, C to the last byte of data, their sum, 16. */
function readElvaco(field: string): Reading {
  const raw = readHex(field);
  if (typeof raw !== "string") {
    return raw;
  }
  const bytes = Buffer.from(raw, "hex");
  if (bytes.length > 255) {
    return unreadable("an M-Bus frame has at most 255 bytes from its C field on");
  }
  const length = bytes.length;
  const checksum = bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
  const frame = Buffer.from([0x68, length, length, 0x68, ...bytes, checksum, 0x16]);
  return frame.toString("hex");
}
