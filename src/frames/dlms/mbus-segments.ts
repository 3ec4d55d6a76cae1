/**
 * DLMS over wired M-Bus (EN 13757-3, CI fields 00 to 1F), as customer interfaces in Austria send
 * it: one APDU in segments, each in a long frame, back to back.
 *
 *     68 L L 68  C A CI  STSAP DTSAP  data  checksum 16
 *
 * CI: bit 4 marks the last segment, bits 3–0 count from 0, bits 7–5 are zero.
 *
 * @module
 */
import { FrameError } from "../sealed-frame.ts";

/** C, A, CI, STSAP, DTSAP. */
const HEADER = 5;
const START = 0x68;
const STOP = 0x16;
const LAST = 0x10;
/** Bit 5 of C alternates from frame to frame (EN 13757-2, frame count bit). */
const FRAME_COUNT = 0x20;

export interface MbusSegment {
  readonly control: number;
  readonly address: number;
  readonly ci: number;
  readonly source: number;
  readonly destination: number;
  readonly data: Uint8Array;
}

/** Says whether the CI field of a wired long frame is that of a DLMS segment. */
export function isDlmsSegment(frame: Uint8Array): boolean {
  return (frame[6] ?? 0xff) < 0x20;
}

/**
 * Reads long frames back to back whose checksums fit.
 *
 * @throws {@link FrameError} `FRAME_LENGTH`, `FRAME_CRC`
 */
export function readSegments(bytes: Uint8Array): MbusSegment[] {
  const segments: MbusSegment[] = [];
  let at = 0;
  do {
    const length = bytes[at + 1] ?? 0;
    const end = at + 4 + length;
    const isFramed =
      bytes[at] === START &&
      bytes[at + 2] === length &&
      bytes[at + 3] === START &&
      end + 2 <= bytes.length;
    if (!isFramed || length < HEADER || bytes[end + 1] !== STOP) {
      throw new FrameError(
        "FRAME_LENGTH",
        "wired M-Bus: expected long frames (68 L L 68 … 16) and nothing else",
      );
    }
    const body = bytes.subarray(at + 4, end);
    if ((body.reduce((sum, byte) => sum + byte, 0) & 0xff) !== bytes[end]) {
      throw new FrameError("FRAME_CRC", "wired M-Bus: the checksum does not fit");
    }
    const [control, address, ci, source, destination] = body as unknown as MbusHeader;
    segments.push({ control, address, ci, source, destination, data: body.subarray(HEADER) });
    at = end + 2;
  } while (at < bytes.length);
  return segments;
}

type MbusHeader = readonly [number, number, number, number, number];

/**
 * Puts the APDU together.
 *
 * @throws {@link FrameError} `FRAME_FORMAT` for segments out of order, `FRAME_LENGTH` without the last
 */
export function joinSegments(segments: readonly MbusSegment[]): Uint8Array {
  for (const [i, segment] of segments.entries()) {
    const isLast = i === segments.length - 1;
    if ((segment.ci & ~LAST) !== (i & 0x0f) || !isOfOneMessage(segment, segments[0]!)) {
      throw new FrameError("FRAME_FORMAT", `wired M-Bus: expected segment ${i} of one message`);
    }
    if (((segment.ci & LAST) !== 0) !== isLast) {
      throw isLast
        ? new FrameError("FRAME_LENGTH", "wired M-Bus: the last segment is missing")
        : new FrameError("FRAME_FORMAT", "wired M-Bus: segments behind the last one");
    }
  }
  return Buffer.concat(segments.map(({ data }) => data));
}

function isOfOneMessage(one: MbusSegment, other: MbusSegment): boolean {
  return (
    ((one.control ^ other.control) & ~FRAME_COUNT) === 0 &&
    one.address === other.address &&
    one.source === other.source &&
    one.destination === other.destination
  );
}
