/**
 * Which protocol a meter speaks, and so which keys it has and which frames it may send.
 *
 * @module
 */
import type { KeyType, Profile } from "../../keystore/index.ts";
import type { AddressKind } from "./address.ts";

type ImportedType = Exclude<KeyType, "root">;

interface ProfileFacts {
  /** Null = every kind. */
  readonly address: AddressKind | null;
  /** Imported keys by CSV column `key`, `auth_key`, `master_key`; null where there is none. */
  readonly key: ImportedType;
  readonly authKey: ImportedType | null;
  readonly masterKey: ImportedType | null;
  readonly keyLength: 16 | 32;
}

const wmbus: ProfileFacts = {
  address: "wmbus",
  key: "mk",
  authKey: null,
  masterKey: null,
  keyLength: 16,
};

const dlms = (keyLength: 16 | 32): ProfileFacts => ({
  address: "st",
  key: "guek",
  authKey: "gak",
  masterKey: "kek",
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
  // The two session keys (activation by personalisation), or the key that makes them at a join.
  lorawan: {
    address: "eui",
    key: "appskey",
    authKey: "nwkskey",
    masterKey: "appkey",
    keyLength: 16,
  },
  cose: { address: null, key: "cek", authKey: null, masterKey: null, keyLength: 32 },
};

/** A collector passes on what meters send; it is enrolled, keyed and handed over as they are. */
export function deviceKind(profile: Profile): "meter" | "collector" {
  return profile === "cose" ? "collector" : "meter";
}

export function parseProfile(text: string): Profile | null {
  return Object.hasOwn(PROFILES, text) ? (text as Profile) : null;
}

/** The profile of a meter that was enrolled without one. */
export function defaultProfile(kind: AddressKind, keyLength: number | null): Profile {
  switch (kind) {
    case "wmbus":
      return "wmbus";
    case "st":
      return keyLength === 16 ? "dlms-suite-0" : "dlms-suite-2";
    case "eui":
      return "lorawan";
  }
}
