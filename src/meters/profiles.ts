/**
 * Which protocol a meter speaks, and so which keys it has and which frames it may send.
 *
 * @module
 */
import type { KeyType, Profile } from "../../keystore/index.ts";
import type { AddressKind, FrameMode } from "../frames/sealed-frame.ts";

interface ProfileFacts {
  readonly address: AddressKind;
  /** Imported keys by CSV column: `key`, `auth_key`, `master_key`. */
  readonly key: Exclude<KeyType, "root">;
  readonly hasDlmsKeys: boolean;
  readonly keyLength: 16 | 32;
  /** What the frame's own header may say: never less than the profile. */
  readonly modes: readonly FrameMode[];
}

const wmbus = (modes: readonly FrameMode[]): ProfileFacts => ({
  address: "wmbus",
  key: "mk",
  hasDlmsKeys: false,
  keyLength: 16,
  modes,
});

const dlms = (keyLength: 16 | 32, modes: readonly FrameMode[]): ProfileFacts => ({
  address: "st",
  key: "guek",
  hasDlmsKeys: true,
  keyLength,
  modes,
});

export const PROFILES: Readonly<Record<Profile, ProfileFacts>> = {
  // The frame says the mode.
  wmbus: wmbus(["oms-a", "ell"]),
  "oms-a": wmbus(["oms-a"]),
  "oms-b": wmbus([]),
  "oms-d": wmbus([]),
  ell: { ...wmbus(["ell"]), key: "dek" },
  // Suites 0 and 1 encrypt alike: a suite 0 meter may say 1, never the other way.
  "dlms-suite-0": dlms(16, ["dlms-suite-0", "dlms-suite-1"]),
  "dlms-suite-1": dlms(16, ["dlms-suite-1"]),
  "dlms-suite-2": dlms(32, ["dlms-suite-2"]),
};

export function parseProfile(text: string): Profile | null {
  return Object.hasOwn(PROFILES, text) ? (text as Profile) : null;
}

/** The profile of a meter that was enrolled without one; null where this release has none. */
export function defaultProfile(kind: AddressKind, keyLength: number | null): Profile | null {
  switch (kind) {
    case "wmbus":
      return "wmbus";
    case "st":
      return keyLength === 16 ? "dlms-suite-0" : "dlms-suite-2";
    case "eui":
      return null;
  }
}
