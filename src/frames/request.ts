/**
 * One line of a decrypt request: NDJSON object or bare hex.
 *
 * Read by hand, not by schema: this runs for every frame. No error quotes the line.
 *
 * @module
 */
import { bareHex } from "./hex.ts";
import { parseJoin } from "./lorawan/join.ts";
import type { FrameContext } from "./parse.ts";
import { FrameError } from "./sealed-frame.ts";

export type Ref = string | number | null;

export interface FrameRequest extends FrameContext {
  readonly ref: Ref;
  /** The frame's bytes, or why the line cannot be used. */
  readonly frame: Uint8Array | FrameError;
  /**
   * The meter as the caller knows it, for frames without an address (DLMS exchanges the system
   * title when the association is opened, wired M-Bus selects the meter, and DevAddr names no
   * LoRaWAN device): id, address or name.
   */
  readonly meter: string | null;
}

const MAX_REF = 256;
const MAX_METER = 200;
/** IEC 62056-5-3: an HLS challenge has 8 to 64 bytes. */
const CHALLENGE = { least: 8, most: 64 };
const NAMES: ReadonlySet<string> = new Set([
  ...["ref", "frame", "meter"],
  ...["challenge", "initiate", "join"],
]);

/**
 * Reads `{"ref","frame"}` with an optional `"meter"`, and one of `"challenge"`, `"initiate"`
 * and `"join": {"request","accept"}` where the frame cannot be opened without.
 */
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
  const fields = value as Record<string, unknown>;
  const { ref = null, frame, meter = null } = fields;
  const { challenge = null, initiate = null, join = null } = fields;
  const isRef =
    ref === null ||
    (typeof ref === "string" && ref.length <= MAX_REF) ||
    (typeof ref === "number" && Number.isFinite(ref));
  if (!isRef) {
    return refused(null, `ref: expected a number or a string of at most ${MAX_REF} characters`);
  }
  if (!Object.keys(fields).every((name) => NAMES.has(name))) {
    return refused(
      ref as Ref,
      "line: expected ref, frame, meter, challenge, initiate, join and nothing else",
    );
  }
  if (meter !== null && (typeof meter !== "string" || meter.length > MAX_METER)) {
    return refused(ref as Ref, "meter: expected an id, address or name");
  }
  if (typeof frame !== "string") {
    return refused(ref as Ref, "frame: expected a string of hex digits");
  }
  const alone = { ref: ref as Ref, frame: parseHex(frame), meter, challenge: null, initiate: null };
  if (challenge === null && initiate === null && join === null) {
    return alone;
  }
  const context = parseContext({ challenge, initiate, join }, meter !== null);
  return context instanceof FrameError ? { ...alone, frame: context } : { ...alone, ...context };
}

/** Reads one line of hex, with or without `0x` and separators; the line's number is its ref. */
export function parseTextLine(line: string, number: number): FrameRequest {
  const text = line.trim();
  const frame = parseHex(text);
  const bare = frame instanceof FrameError ? bareHex(text) : null;
  return {
    ref: number,
    frame: bare === null ? frame : parseHex(bare),
    meter: null,
    challenge: null,
    initiate: null,
  };
}

export function refused(ref: Ref, detail: string): FrameRequest {
  const frame = new FrameError("FRAME_FORMAT", detail);
  return { ref, frame, meter: null, challenge: null, initiate: null };
}

/** What stands beside the frame; at least one is not null. */
function parseContext(
  fields: Readonly<Record<"challenge" | "initiate" | "join", unknown>>,
  isNamed: boolean,
): FrameContext | FrameError {
  const { challenge, initiate, join } = fields;
  if (Object.values(fields).filter((field) => field !== null).length > 1) {
    return new FrameError("FRAME_FORMAT", "line: expected one of challenge, initiate and join");
  }
  if (join !== null) {
    return isNamed
      ? joinContext(join)
      : new FrameError("FRAME_FORMAT", "join: expected the device that it belongs to in `meter`");
  }
  const [name, hex] = initiate === null ? ["challenge", challenge] : ["initiate", initiate];
  const bytes = parseHex(typeof hex === "string" ? hex : "", name);
  if (bytes instanceof FrameError) {
    return bytes;
  }
  if (initiate !== null) {
    return { challenge: null, initiate: bytes };
  }
  return bytes.length >= CHALLENGE.least && bytes.length <= CHALLENGE.most
    ? { challenge: bytes, initiate: null }
    : new FrameError("FRAME_FORMAT", "challenge: expected 8 to 64 bytes");
}

function joinContext(join: unknown): FrameContext | FrameError {
  const { request, accept, ...more } = join as Record<string, unknown>;
  const [asked, given] = [request, accept].map((hex) =>
    parseHex(typeof hex === "string" ? hex : ""),
  );
  const isWhole = asked instanceof Uint8Array && given instanceof Uint8Array;
  if (!isWhole || Object.keys(more).length > 0) {
    return new FrameError("FRAME_FORMAT", "join: expected request and accept in hex digits");
  }
  try {
    return { challenge: null, initiate: null, join: parseJoin(asked, given) };
  } catch (error) {
    if (error instanceof FrameError) {
      return error;
    }
    throw error;
  }
}

function parseHex(hex: string, name = "frame"): Uint8Array | FrameError {
  // Node stops at the first character that is no hex digit: the length tells.
  const bytes = Buffer.from(hex, "hex");
  return bytes.length > 0 && bytes.length * 2 === hex.length
    ? bytes
    : new FrameError("FRAME_FORMAT", `${name}: expected hex digits in pairs`);
}
