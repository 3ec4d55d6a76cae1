/**
 * Walks the layers between link address and data: [ELL] [AFL] TPL (EN 13757-4, EN 13757-7).
 *
 * The walk takes each layer at most once and reads headers only. It does not throw: what was read
 * before a fault is worth showing, so the fault is a part of the answer.
 *
 * @module
 */
import { type FrameCode, FrameError } from "../sealed-frame.ts";
import { type AflHeader, readAfl } from "./afl.ts";
import { ciOf } from "./ci.ts";
import { crc16 } from "./crc16.ts";
import { u16, u32 } from "./little-endian.ts";

/** CI of the one ELL whose header has no fixed length. */
const ELL_V = 0x86;

/** Extended link layer (EN 13757-4). */
export interface EllHeader {
  readonly ci: number;
  readonly cc: number;
  readonly acc: number;
  /** M2‖A2 of ELL III and IV. */
  readonly address2: Uint8Array | null;
  /** Index of the session number of ELL II and IV, else 0. */
  readonly sessionAt: number;
  /** Session number, little endian on air; its upper three bits are ENC. */
  readonly session: number;
  /** ENC: 0 none, 1 AES-128-CTR. */
  readonly encryption: number;
  /** Index of the first byte after the session number or the header. */
  readonly end: number;
}

/** Transport layer header (EN 13757-7). */
export interface TplHeader {
  /** Index of the CI field: what a MAC or tag covers begins here. */
  readonly start: number;
  readonly ci: number;
  /** M‖A of a long header in link-layer order; null for a short one. */
  readonly address: Uint8Array | null;
  readonly acc: number;
  readonly status: number;
  readonly config: number;
  /** Security mode, bits 12 to 8 of the configuration word. */
  readonly mode: number;
  /** Index of the first byte after the configuration word. */
  readonly end: number;
}

export interface Layers {
  readonly ell: EllHeader | null;
  readonly afl: AflHeader | null;
  readonly tpl: TplHeader | null;
  /** The last CI field that was read, -1 if there was none. */
  readonly ci: number;
  /** Why the walk ended early; null if it reached data or ciphertext. */
  readonly stop: FrameError | null;
}

/** Reads the headers of a frame without link CRCs, whose first CI field is at `at`. */
export function readLayers(frame: Uint8Array, at: number): Layers {
  let ell: EllHeader | null = null;
  let afl: AflHeader | null = null;
  let next = at;
  let ci = -1;
  const stop = (code: FrameCode, detail: string): Layers => {
    return { ell, afl, tpl: null, ci, stop: new FrameError(code, detail) };
  };
  for (;;) {
    if (next >= frame.length) {
      return stop("FRAME_LENGTH", "headers: the frame ends where a CI field is expected");
    }
    ci = frame[next]!;
    const { kind, name } = ciOf(ci);
    if (kind === "long" || kind === "short") {
      const tpl = readTpl(frame, next, kind === "long");
      return tpl === null
        ? stop("FRAME_LENGTH", "transport layer: the header is longer than the frame")
        : { ell, afl, tpl, ci, stop: null };
    }
    if (kind === "ell" && ci !== ELL_V && ell === null && afl === null) {
      ell = readEll(frame, next);
      if (ell === null) {
        return stop("FRAME_LENGTH", "extended link layer: the header is longer than the frame");
      }
      if (ell.encryption !== 0) {
        return { ell, afl, tpl: null, ci, stop: null };
      }
      if (ell.sessionAt !== 0 && !payloadCrcFits(frame, ell.end)) {
        return stop("FRAME_CRC", "extended link layer: the payload CRC does not fit");
      }
      next = ell.sessionAt === 0 ? ell.end : ell.end + 2;
    } else if (kind === "afl" && afl === null) {
      const read = readAfl(frame, next);
      if (read instanceof FrameError) {
        return { ell, afl, tpl: null, ci, stop: read };
      }
      afl = read;
      if (afl.isFragment) {
        // What follows is a piece of a message: its "headers" would mean nothing.
        return stop("MODE_UNSUPPORTED", "AFL: one fragment of a message (fragmented)");
      }
      next = afl.end;
    } else {
      return stop(...refusal(kind, name));
    }
  }
}

function refusal(kind: string, name: string): [FrameCode, string] {
  switch (kind) {
    case "plain":
      return ["NOT_ENCRYPTED", `${name}: nothing says that the data is encrypted`];
    case "vendor":
      return ["MODE_UNSUPPORTED", "protocol of the maker (CI A0 to B7)"];
    case "unknown":
      return ["MODE_UNSUPPORTED", "CI field that is not in the table of EN 13757-7"];
    default:
      return kind === "afl"
        ? ["FRAME_FORMAT", "headers: two authentication and fragmentation layers"]
        : ["MODE_UNSUPPORTED", name];
  }
}

function readEll(frame: Uint8Array, at: number): EllHeader | null {
  const ci = frame[at]!;
  const hasAddress = ci === 0x8e || ci === 0x8f;
  const hasSession = ci === 0x8d || ci === 0x8f;
  const fixed = at + (hasAddress ? 11 : 3);
  const end = fixed + (hasSession ? 4 : 0);
  if (end > frame.length) {
    return null;
  }
  const session = hasSession ? u32(frame, fixed) : 0;
  return {
    ci,
    cc: frame[at + 1]!,
    acc: frame[at + 2]!,
    address2: hasAddress ? frame.subarray(at + 3, at + 11) : null,
    sessionAt: hasSession ? fixed : 0,
    session,
    encryption: session >>> 29,
    end,
  };
}

/** EN 13757-4: without encryption too, a CRC over all that follows stands behind the SN. */
function payloadCrcFits(frame: Uint8Array, at: number): boolean {
  return at + 2 <= frame.length && u16(frame, at) === crc16(frame, at + 2, frame.length);
}

function readTpl(frame: Uint8Array, at: number, long: boolean): TplHeader | null {
  const head = at + (long ? 9 : 1);
  const end = head + 4;
  if (end > frame.length) {
    return null;
  }
  const config = u16(frame, head + 2);
  return {
    start: at,
    ci: frame[at]!,
    address: long ? longAddress(frame, at + 1) : null,
    acc: frame[head]!,
    status: frame[head + 1]!,
    config,
    mode: (config >> 8) & 0x1f,
    end,
  };
}

/** A long header has ID(4) M(2) Ver Type; the link layer and the IV have M first. */
function longAddress(f: Uint8Array, at: number): Uint8Array {
  return Uint8Array.of(
    f[at + 4]!,
    f[at + 5]!,
    f[at]!,
    f[at + 1]!,
    f[at + 2]!,
    f[at + 3]!,
    f[at + 6]!,
    f[at + 7]!,
  );
}
