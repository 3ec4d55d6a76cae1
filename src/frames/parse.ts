/**
 * From bytes on the air to sealed frames: the one door of the parsers.
 *
 * Pure: no I/O, no key, no clock, nothing read outside the frame, work linear in its length.
 * The answers are views into the given bytes, valid as long as these do not change, or into a copy
 * where a message came in pieces.
 *
 * @module
 */
import type { Profile } from "../../keystore/index.ts";
import { sealEncrypt0 } from "./cose/encrypt0.ts";
import { detectTransport } from "./detect.ts";
import { parseDlms } from "./dlms/dlms.ts";
import { sealToken } from "./dlms/gmac-token.ts";
import { isDlmsSegment } from "./dlms/mbus-segments.ts";
import type { Join } from "./lorawan/join.ts";
import { parseUplink } from "./lorawan/uplink.ts";
import { FrameError, type SealedFrame } from "./sealed-frame.ts";
import { parseWired } from "./wmbus/wired.ts";
import { parseWmbus } from "./wmbus/wmbus.ts";

/** What a caller knows of a frame and its bytes do not say. */
export interface FrameContext {
  /** The challenge that an authentication token answers. */
  readonly challenge: Uint8Array | null;
  /** The request that opened the association: it transports the dedicated key. */
  readonly initiate: Uint8Array | null;
  /** The join that gave a LoRaWAN device its session. */
  readonly join?: Join;
  /** What the meter is that the caller names: nothing else tells a LoRaWAN uplink. */
  readonly profile?: Profile;
}

const NOTHING: FrameContext = { challenge: null, initiate: null };

/**
 * Parses one frame: its possible readings in the order to try, at least one, all with the same
 * address, suite and nonce.
 *
 * @throws {@link FrameError} with the code that says why there is nothing to decrypt
 */
export function parseFrame(
  bytes: Uint8Array,
  { challenge, initiate, join, profile }: FrameContext = NOTHING,
): readonly SealedFrame[] {
  if (profile === "lorawan") {
    if (challenge !== null || initiate !== null) {
      const detail = "challenge and initiate: expected a meter of a DLMS profile";
      throw new FrameError("PROFILE_MISMATCH", detail);
    }
    return [parseUplink(bytes, join ?? null)];
  }
  if (join !== undefined) {
    throw new FrameError("PROFILE_MISMATCH", "join: expected a meter of profile lorawan");
  }
  if (challenge !== null) {
    return [sealToken(bytes, challenge)];
  }
  const frames = readings(bytes, initiate);
  if (initiate !== null && frames[0]?.initiate === undefined) {
    throw new FrameError("FRAME_FORMAT", "initiate: the frame is no APDU under a dedicated key");
  }
  return frames;
}

function readings(bytes: Uint8Array, initiate: Uint8Array | null): readonly SealedFrame[] {
  const transport = detectTransport(bytes);
  switch (transport) {
    case "wmbus":
      return parseWmbus(bytes);
    case "apdu":
    case "hdlc":
    case "wrapper":
      return [parseDlms(transport, bytes, initiate)];
    case "mbus":
      if (isDlmsSegment(bytes)) {
        return [parseDlms(transport, bytes, initiate)];
      }
      return parseWired(bytes);
    case "gmac":
      throw new FrameError(
        "MODE_UNSUPPORTED",
        "authentication token (HLS5 GMAC): name the challenge that it answers in `challenge`",
      );
    case "cose":
      return [sealEncrypt0(bytes)];
    case "unknown":
      throw new FrameError(
        "FRAME_FORMAT",
        "neither a wM-Bus nor a DLMS frame nor a COSE message (a LoRaWAN uplink needs its device named in `meter`)",
      );
  }
}
