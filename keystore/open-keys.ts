/**
 * From stored rows to the protocol keys of one meter and version.
 *
 * @module
 */
import type { KeyType, Profile, StoredKey } from "./contract.ts";
import { deriveProtocolKey, KEY_ROLES, keyTypes, PROTOCOL_KEYS } from "./derive.ts";
import { KeystoreError } from "./errors.ts";
import { FrameKey } from "./frame-key.ts";
import type { SecretKey } from "./secret-key.ts";
import { unwrapKey, type WrappingKey } from "./wrap.ts";

/** The protocol keys of one version, by what they do for a frame. */
export interface FrameKeys {
  readonly encryption: FrameKey | null;
  /** DLMS's AK, LoRaWAN's NwkSKey. */
  readonly authentication: SecretKey | null;
  /** LoRaWAN's AppKey: makes the two others of a session. */
  readonly join: SecretKey | null;
}

/** Unwraps the rows of one version, or derives from the generated key. The caller owns them. */
export function openFrameKeys(
  under: WrappingKey,
  profile: Profile,
  rows: readonly StoredKey[],
): FrameKeys {
  let encryption: FrameKey | null = null;
  let authentication: SecretKey | null = null;
  let join: SecretKey | null = null;
  for (const { type, key } of openProtocolKeys(under, profile, rows)) {
    switch (KEY_ROLES[type]) {
      case "encryption":
        encryption = new FrameKey(key);
        break;
      case "authentication":
        authentication = key;
        break;
      case "join":
        join = key;
        break;
      case null:
        key[Symbol.dispose]();
    }
  }
  return { encryption, authentication, join };
}

/** Wipes the keys of a version. */
export function wipeFrameKeys({ encryption, authentication, join }: FrameKeys): void {
  encryption?.[Symbol.dispose]();
  authentication?.[Symbol.dispose]();
  join?.[Symbol.dispose]();
}

export interface NamedKey {
  readonly type: Exclude<KeyType, "root">;
  readonly key: SecretKey;
}

/** Every protocol key of one version, in the order of the profile. The caller owns them. */
export function openProtocolKeys(
  under: WrappingKey,
  profile: Profile,
  rows: readonly StoredKey[],
): NamedKey[] {
  const root = rows.find((row) => row.type === "root");
  if (root !== undefined) {
    using meterKey = openRow(under, root);
    return PROTOCOL_KEYS[profile].map((named) => ({
      type: named.type,
      key: deriveProtocolKey(meterKey, root.uid, root.version, named),
    }));
  }
  const keys: NamedKey[] = [];
  try {
    for (const type of keyTypes(profile)) {
      const row = rows.find((candidate) => candidate.type === type);
      if (row !== undefined) {
        keys.push({ type, key: openRow(under, row) });
      }
    }
    return keys;
  } catch (error) {
    for (const { key } of keys) {
      key[Symbol.dispose]();
    }
    throw error;
  }
}

function openRow(under: WrappingKey, row: StoredKey): SecretKey {
  if (row.uid.length !== 16) {
    throw new KeystoreError("KEY_INTEGRITY", "wrapped key: meter uid is not 16 bytes");
  }
  return unwrapKey(under, meterLabel(under, row), row.wrapped);
}

/** The label of a meter's row: what it says of itself enters the AAD. */
export function meterLabel(under: WrappingKey, row: Omit<StoredKey, "wrapped">) {
  return {
    purpose: "meter",
    type: row.type,
    origin: row.origin,
    length: row.length,
    customer: under.id,
    uid: row.uid,
    version: row.version,
  } as const;
}
