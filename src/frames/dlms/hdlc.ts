/**
 * HDLC frames (IEC 62056-46, frame format type 3), one or several back to back:
 * 7E, format and length (2), destination, source, control, HCS (2), information, FCS (2), 7E.
 *
 * Neighbours may share a flag. A message begins with the LLC header; where the S bit of the format
 * field is set, the next frame continues it.
 *
 * @module
 */
import { FrameError } from "../sealed-frame.ts";
import { BLOCK } from "./block-transfer.ts";
import { fcsFollows } from "./fcs16.ts";

const FLAG = 0x7e;
/** Format type, the two check sequences, control, and the shortest addresses. */
const LEAST_LENGTH = 7;
/** The P/F bit of a control field says nothing about the order of frames. */
const POLL_FINAL = 0x10;

export interface HdlcFrame {
  /** Bytes between the flags, as the length field says. */
  readonly length: number;
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  readonly control: number;
  /** Whether the next frame continues the message of this one (S bit). */
  readonly isSegmented: boolean;
  readonly information: Uint8Array;
}

/** Says whether bytes begin as an HDLC frame of format type 3 does. */
export function isHdlc(bytes: Uint8Array): boolean {
  return bytes[0] === FLAG && (bytes[1]! & 0xf0) === 0xa0;
}

/**
 * Reads frames between the same two addresses, in order, whose check sequences fit.
 *
 * @throws {@link FrameError} `FRAME_LENGTH`, `FRAME_CRC`, `FRAME_FORMAT`
 */
export function readHdlc(bytes: Uint8Array): HdlcFrame[] {
  const frames: HdlcFrame[] = [];
  let flagAt = 0;
  while (flagAt < bytes.length - 1) {
    // ISO/IEC 13239: flags fill the time between frames, and one may close and open.
    if (bytes[flagAt + 1] === FLAG) {
      flagAt++;
      continue;
    }
    const frame = readFrame(bytes, flagAt + 1);
    const previous = frames.at(-1);
    if (previous !== undefined) {
      follow(previous, frame);
    }
    frames.push(frame);
    flagAt += frame.length + 1;
  }
  return frames;
}

/**
 * Puts segments together and takes the LLC headers off: the messages in their order.
 *
 * @throws {@link FrameError} `FRAME_FORMAT` without an LLC header, `FRAME_LENGTH` without the last segment
 */
export function hdlcMessages(frames: readonly HdlcFrame[]): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let segments: Uint8Array[] = [];
  for (const { information, isSegmented } of frames) {
    const isFirst = segments.length === 0;
    segments.push(isFirst ? withoutLlc(information, messages.length > 0) : information);
    if (!isSegmented) {
      messages.push(segments.length === 1 ? segments[0]! : Buffer.concat(segments));
      segments = [];
    }
  }
  if (segments.length > 0) {
    throw new FrameError("FRAME_LENGTH", "HDLC: the last segment is missing");
  }
  return messages;
}

/** One frame whose format field is at `start`. */
function readFrame(bytes: Uint8Array, start: number): HdlcFrame {
  const length = ((bytes[start]! & 0x07) << 8) | (bytes[start + 1] ?? 0);
  if ((bytes[start]! & 0xf0) !== 0xa0) {
    throw new FrameError("FRAME_LENGTH", "HDLC: bytes after the closing flag");
  }
  const end = start + length;
  const fcsAt = end - 2;
  if (bytes.length < start + 2 || bytes.length <= end) {
    throw new FrameError(
      "FRAME_LENGTH",
      `HDLC: expected ${length + 2} bytes by the length field, got ${bytes.length - start + 1}`,
    );
  }
  if (length < LEAST_LENGTH || bytes[end] !== FLAG) {
    throw new FrameError(
      "FRAME_LENGTH",
      "HDLC: no flag where the length field says the frame ends",
    );
  }
  if (!fcsFollows(bytes, start, fcsAt)) {
    throw new FrameError("FRAME_CRC", "HDLC: the frame check sequence (FCS) does not fit");
  }
  const sourceAt = addressEnd(bytes, start + 2, fcsAt);
  const controlAt = addressEnd(bytes, sourceAt, fcsAt);
  const information = controlAt + 3;
  if (information >= fcsAt) {
    throw new FrameError("FRAME_FORMAT", "HDLC: the frame carries no information field");
  }
  if (!fcsFollows(bytes, start, controlAt + 1)) {
    throw new FrameError("FRAME_CRC", "HDLC: the header check sequence (HCS) does not fit");
  }
  return {
    length,
    destination: bytes.subarray(start + 2, sourceAt),
    source: bytes.subarray(sourceAt, controlAt),
    control: bytes[controlAt]!,
    isSegmented: (bytes[start]! & 0x08) !== 0,
    information: bytes.subarray(information, fcsAt),
  };
}

/** Frames of one message have the same addresses, and I frames count on in N(S), modulo 8. */
function follow(previous: HdlcFrame, next: HdlcFrame): void {
  const isSame =
    Buffer.compare(previous.destination, next.destination) === 0 &&
    Buffer.compare(previous.source, next.source) === 0;
  if (!isSame) {
    throw new FrameError("FRAME_FORMAT", "HDLC: frames of different addresses in one line");
  }
  // IEC 62056-46: control of an I frame = N(R)(3) P/F N(S)(3) 0; a UI frame has no number.
  const isNumbered = (previous.control & 1) === 0 && (next.control & 1) === 0;
  const fits = isNumbered
    ? ((next.control - previous.control) & 0x0e) === 2
    : ((previous.control ^ next.control) & ~POLL_FINAL) === 0;
  if (!fits) {
    throw new FrameError("FRAME_FORMAT", "HDLC: a frame is missing, doubled or out of order");
  }
}

/** IEC 62056-46: an address has 1, 2 or 4 bytes; bit 0 is set in its last one. */
function addressEnd(bytes: Uint8Array, at: number, limit: number): number {
  for (let size = 1; size <= 4 && at + size < limit; size++) {
    if ((bytes[at + size - 1]! & 1) === 1) {
      if (size === 3) {
        break;
      }
      return at + size;
    }
  }
  throw new FrameError("FRAME_FORMAT", "HDLC: expected an address of 1, 2 or 4 bytes");
}

/** Landis+Gyr E450 sends the LLC header with the first block of a transfer only. */
function withoutLlc(information: Uint8Array, mayLackLlc: boolean): Uint8Array {
  const [dsap, ssap, quality] = information;
  if (dsap === 0xe6 && (ssap === 0xe6 || ssap === 0xe7) && quality === 0) {
    return information.subarray(3);
  }
  if (mayLackLlc && dsap === BLOCK) {
    return information;
  }
  throw new FrameError("FRAME_FORMAT", "HDLC: expected the LLC header E6 E6 00 or E6 E7 00");
}
