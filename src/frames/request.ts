/**
 * One line of a decrypt request: NDJSON object or bare hex.
 *
 * Read by hand, not by schema: this runs for every frame. No error quotes the line.
 *
 * @module
 */
import { bareHex } from "./hex.ts";
import { FrameError } from "./sealed-frame.ts";

export type Ref = string | number | null;

export interface FrameRequest {
  readonly ref: Ref;
  /** The frame's bytes, or why the line cannot be used. */
  readonly frame: Uint8Array | FrameError;
  /**
   * The meter as the caller knows it, for APDUs without a system title (it was exchanged when the
   * association was opened): id, address or name.
   */
  readonly meter: string | null;
}

const MAX_REF = 256;
const MAX_METER = 200;
const NAMES: ReadonlySet<string> = new Set(["ref", "frame", "meter"]);

/** Reads `{"ref","frame"}` with an optional `"meter"`. */
export function parseJsonLine(line: string): FrameRequest {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return refused(null, "line: expected a JSON object");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refused(null, "line: expected a JSON object");
  }
  const { ref = null, frame, meter = null } = value as Record<string, unknown>;
  const isRef =
    ref === null ||
    (typeof ref === "string" && ref.length <= MAX_REF) ||
    (typeof ref === "number" && Number.isFinite(ref));
  if (!isRef) {
    return refused(null, `ref: expected a number or a string of at most ${MAX_REF} characters`);
  }
  if (!Object.keys(value).every((name) => NAMES.has(name))) {
    return refused(ref as Ref, "line: expected ref, frame and meter, and nothing else");
  }
  if (meter !== null && (typeof meter !== "string" || meter.length > MAX_METER)) {
    return refused(ref as Ref, "meter: expected an id, address or name");
  }
  if (typeof frame !== "string") {
    return refused(ref as Ref, "frame: expected a string of hex digits");
  }
  return { ref: ref as Ref, frame: parseHex(frame), meter };
}

/** Reads one line of hex, with or without `0x` and separators; the line's number is its ref. */
export function parseTextLine(line: string, number: number): FrameRequest {
  const text = line.trim();
  const frame = parseHex(text);
  if (!(frame instanceof FrameError)) {
    return { ref: number, frame, meter: null };
  }
  const bare = bareHex(text);
  return { ref: number, frame: bare === null ? frame : parseHex(bare), meter: null };
}

export function refused(ref: Ref, detail: string): FrameRequest {
  return { ref, frame: new FrameError("FRAME_FORMAT", detail), meter: null };
}

function parseHex(hex: string): Uint8Array | FrameError {
  // Node stops at the first character that is no hex digit: the length tells.
  const bytes = Buffer.from(hex, "hex");
  return bytes.length > 0 && bytes.length * 2 === hex.length
    ? bytes
    : new FrameError("FRAME_FORMAT", "frame: expected hex digits in pairs");
}
