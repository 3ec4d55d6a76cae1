/**
 * No downgrade: what a frame says of its own protection must fit the meter's profile.
 *
 * @module
 */
import type { Profile } from "../../keystore/index.ts";
import type { FrameMode } from "./sealed-frame.ts";

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

export function fitsProfile(profile: Profile, mode: FrameMode): boolean {
  return FITTING[profile].includes(mode);
}
