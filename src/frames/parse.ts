/**
 * From bytes on the air to sealed frames: the one door of the parsers.
 *
 * Pure: no I/O, no key, no clock, nothing read outside the frame, work linear in its length.
 * The answers are views into the given bytes, valid as long as these do not change.
 *
 * @module
 */
import { detectTransport } from "./detect.ts";
import { sealApdu } from "./dlms/apdu.ts";
import { readHdlc } from "./dlms/hdlc.ts";
import { FrameError, type SealedFrame } from "./sealed-frame.ts";
import { parseWmbus } from "./wmbus/wmbus.ts";

/**
 * Parses one frame: its possible readings in the order to try, at least one, all with the same
 * address, suite and nonce.
 *
 * @throws {@link FrameError} with the code that says why there is nothing to decrypt
 */
export function parseFrame(bytes: Uint8Array): readonly SealedFrame[] {
  switch (detectTransport(bytes)) {
    case "wmbus":
      return parseWmbus(bytes);
    case "apdu":
      return [sealApdu(bytes)];
    case "hdlc":
      return [sealApdu(readHdlc(bytes).apdu)];
    case "mbus":
      throw new FrameError("MODE_UNSUPPORTED", "wired M-Bus long frame (68 L L 68)");
    case "wrapper":
      throw new FrameError("MODE_UNSUPPORTED", "DLMS wrapper for TCP and UDP (0001)");
    case "gmac":
      throw new FrameError("MODE_UNSUPPORTED", "authentication token (HLS5 GMAC), not a frame");
    case "unknown":
      throw new FrameError("FRAME_FORMAT", "neither a wM-Bus nor a DLMS frame");
  }
}
