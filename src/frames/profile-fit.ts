/**
 * No downgrade: what a frame says of its own protection must fit the meter's profile.
 *
 * @module
 */
import type { Profile } from "../../keystore/index.ts";
import type { FrameMode, SealedFrame } from "./sealed-frame.ts";

const FITTING: Readonly<Record<Profile, readonly FrameMode[]>> = {
  // The frame says the mode.
  wmbus: ["oms-a", "oms-b", "oms-d", "ell"],
  "oms-a": ["oms-a"],
  "oms-b": ["oms-b"],
  "oms-d": ["oms-d"],
  ell: ["ell"],
  // Suites 0 and 1 encrypt alike: a suite 0 meter may say 1, never the other way.
  "dlms-suite-0": ["dlms-suite-0", "dlms-suite-1"],
  "dlms-suite-1": ["dlms-suite-1"],
  "dlms-suite-2": ["dlms-suite-2"],
  lorawan: ["lorawan"],
  cose: ["cose"],
};

/** OMS Vol. 2: profile B has a MAC, profile D a tag of 8 bytes; a sender may not choose less. */
const LEAST_TAG: Readonly<Partial<Record<Profile, number>>> = { "oms-b": 8, "oms-d": 8 };

/** Why a frame is not for meters of a profile; null if it is. */
export function profileMismatch(
  profile: Profile,
  { mode, tag }: Pick<SealedFrame, "mode" | "tag">,
): string | null {
  if (!FITTING[profile].includes(mode)) {
    return `the frame is ${mode}, the meter's profile is ${profile}`;
  }
  const least = LEAST_TAG[profile] ?? 0;
  return tag.length < least
    ? `the meter's profile ${profile} asks for a MAC or tag of ${least} bytes, the frame has ${tag.length}`
    : null;
}
