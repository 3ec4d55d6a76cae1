/**
 * Which protocol a meter speaks, and so which keys it has and which frames it may send.
 *
 * @module
 */
import type { KeyType, Profile } from "../../keystore/index.ts";
import type { AddressKind } from "./address.ts";

interface ProfileFacts {
  readonly address: AddressKind;
  /** Imported keys by CSV column: `key`, `auth_key`, `master_key`. */
  readonly key: Exclude<KeyType, "root">;
  readonly hasDlmsKeys: boolean;
  readonly keyLength: 16 | 32;
}

const wmbus: ProfileFacts = { address: "wmbus", key: "mk", hasDlmsKeys: false, keyLength: 16 };

const dlms = (keyLength: 16 | 32): ProfileFacts => ({
  address: "st",
  key: "guek",
  hasDlmsKeys: true,
  keyLength,
});

export const PROFILES: Readonly<Record<Profile, ProfileFacts>> = {
  wmbus,
  "oms-a": wmbus,
  "oms-b": wmbus,
  "oms-d": wmbus,
  ell: { ...wmbus, key: "dek" },
  "dlms-suite-0": dlms(16),
  "dlms-suite-1": dlms(16),
  "dlms-suite-2": dlms(32),
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
