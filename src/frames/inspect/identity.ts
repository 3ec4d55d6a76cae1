/**
 * Who sent a frame, and what it shows of how its meter encrypts: for enrolment from the air.
 *
 * @module
 */
import type { Profile } from "../../../keystore/index.ts";
import { formatAddress } from "../../meters/address.ts";
import { parseFrame } from "../parse.ts";
import { FrameError } from "../sealed-frame.ts";
import { inspectFrame } from "./inspect.ts";

export interface FrameIdentity {
  /** The address whose key opens the frame. */
  readonly address: string;
  /** The suite of a DLMS frame, `cose` of a message; null = the default for the address. */
  readonly profile: Profile | null;
}

/**
 * Reads the address out of a frame, also out of one that cannot be decrypted, as long as its
 * headers can be read.
 *
 * @throws {@link FrameError} why the frame names no meter
 */
export function identifyFrame(bytes: Uint8Array): FrameIdentity {
  const sealed = firstReading(bytes);
  if (sealed instanceof FrameError) {
    const { address } = inspectFrame(bytes);
    if (address === null) {
      throw sealed;
    }
    return { address, profile: null };
  }
  if (sealed.address === null) {
    throw new FrameError("METER_UNKNOWN", "the frame names no meter");
  }
  return {
    address: formatAddress(sealed.address),
    // A radio meter may change its mode with its firmware: `wmbus` takes any. A suite is for life.
    profile: sealed.protocol === "wmbus" ? null : sealed.mode,
  };
}

function firstReading(bytes: Uint8Array) {
  try {
    return parseFrame(bytes)[0]!;
  } catch (error) {
    if (error instanceof FrameError) {
      return error;
    }
    throw error;
  }
}
