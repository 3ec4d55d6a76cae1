/**
 * One HDLC frame around an APDU (IEC 62056-46, frame format type 3):
 * 7E, format and length (2), destination, source, control, HCS (2), LLC and APDU, FCS (2), 7E.
 *
 * Segments and several frames in one capture are recognised and refused: what they carry is one
 * message only when put together.
 *
 * @module
 */
import { FrameError } from "../sealed-frame.ts";
import { fcsFollows } from "./fcs16.ts";

const FLAG = 0x7e;

export interface HdlcFrame {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  readonly control: number;
  /** The APDU behind the LLC header. */
  readonly apdu: Uint8Array;
}

/** Says whether bytes begin as an HDLC frame of format type 3 does. */
export function isHdlc(bytes: Uint8Array): boolean {
  return bytes[0] === FLAG && (bytes[1]! & 0xf0) === 0xa0;
}

/**
 * Takes the APDU out of a frame whose check sequences fit.
 *
 * @throws {@link FrameError} `FRAME_LENGTH`, `FRAME_CRC`, `FRAME_FORMAT`, `MODE_UNSUPPORTED`
 */
export function readHdlc(bytes: Uint8Array): HdlcFrame {
  const length = ((bytes[1]! & 0x07) << 8) | (bytes[2] ?? 0);
  const fcsAt = length - 1;
  if (bytes.length < 3 || bytes.length < length + 2) {
    throw new FrameError(
      "FRAME_LENGTH",
      `HDLC: expected ${length + 2} bytes by the length field, got ${bytes.length}`,
    );
  }
  if (length < 7 || bytes[length + 1] !== FLAG) {
    throw new FrameError(
      "FRAME_LENGTH",
      "HDLC: no flag where the length field says the frame ends",
    );
  }
  if (!fcsFollows(bytes, 1, fcsAt)) {
    throw new FrameError("FRAME_CRC", "HDLC: the frame check sequence (FCS) does not fit");
  }
  if ((bytes[1]! & 0x08) !== 0) {
    throw new FrameError("MODE_UNSUPPORTED", "HDLC segmentation");
  }
  if (bytes.length > length + 2) {
    refuseRest(bytes, length + 2);
  }
  const sourceAt = addressEnd(bytes, 3, fcsAt);
  const controlAt = addressEnd(bytes, sourceAt, fcsAt);
  const info = controlAt + 3;
  if (info > fcsAt) {
    throw new FrameError("FRAME_FORMAT", "HDLC: the frame carries no information field");
  }
  if (!fcsFollows(bytes, 1, controlAt + 1)) {
    throw new FrameError("FRAME_CRC", "HDLC: the header check sequence (HCS) does not fit");
  }
  return {
    destination: bytes.subarray(3, sourceAt),
    source: bytes.subarray(sourceAt, controlAt),
    control: bytes[controlAt]!,
    apdu: bytes.subarray(llcEnd(bytes, info, fcsAt), fcsAt),
  };
}

/** Two frames may share a flag, so the next may begin with 7E A… or with A… alone. */
function refuseRest(bytes: Uint8Array, at: number): never {
  if ((bytes[bytes[at] === FLAG ? at + 1 : at]! & 0xf0) === 0xa0) {
    throw new FrameError("MODE_UNSUPPORTED", "several HDLC frames in one");
  }
  throw new FrameError("FRAME_LENGTH", "HDLC: bytes after the closing flag");
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

function llcEnd(bytes: Uint8Array, at: number, limit: number): number {
  const [dsap, ssap, quality] = [bytes[at], bytes[at + 1], bytes[at + 2]];
  if (at + 3 > limit || dsap !== 0xe6 || (ssap !== 0xe6 && ssap !== 0xe7) || quality !== 0) {
    throw new FrameError("FRAME_FORMAT", "HDLC: expected the LLC header E6 E6 00 or E6 E7 00");
  }
  return at + 3;
}
