/**
 * Protocol keys from a meter's AES-256 key: NIST SP 800-108r1 §4.1, counter mode, HMAC-SHA-256.
 *
 * Fixed input = [i]₃₂ ‖ label ‖ 00 ‖ uid (16) ‖ key version (u32) ‖ [L in bits]₃₂. The label says
 * the use, so that no two protocols ever share a key; L is part of the input, so that a 16-byte
 * key is never the beginning of a 32-byte one. The meter's own key is used for nothing else.
 *
 * @module
 */
import type { KeyType, Profile } from "./contract.ts";
import { shortHmac } from "./hmac.ts";
import { SecretKey } from "./secret-key.ts";

export interface ProtocolKey {
  readonly type: Exclude<KeyType, "root">;
  readonly label: string;
  readonly length: 16 | 32;
}

const mk = (label: string): readonly ProtocolKey[] => [{ type: "mk", label, length: 16 }];

const dlms = (length: 16 | 32): readonly ProtocolKey[] => [
  { type: "guek", label: "dlms-guek", length },
  { type: "gak", label: "dlms-gak", length },
  { type: "kek", label: "dlms-kek", length },
];

/** The keys that a generated meter key gives in each profile; the first is the main one. */
export const PROTOCOL_KEYS: Readonly<Record<Profile, readonly ProtocolKey[]>> = {
  wmbus: mk("wmbus-mk"),
  "oms-a": mk("oms-mk-a"),
  "oms-b": mk("oms-mk-b"),
  "oms-d": mk("oms-mk-d"),
  ell: [{ type: "dek", label: "ell-dek", length: 16 }],
  "dlms-suite-0": dlms(16),
  "dlms-suite-1": dlms(16),
  "dlms-suite-2": dlms(32),
  lorawan: [{ type: "appkey", label: "lorawan-appkey", length: 16 }],
  cose: [{ type: "cek", label: "cose-a256gcm", length: 32 }],
};

/** What a key does for a frame; `join` makes the two others of a LoRaWAN session. */
export type KeyRole = "encryption" | "authentication" | "join";

/** The role of each type; null for a key that opens no frame. */
export const KEY_ROLES: Readonly<Record<ProtocolKey["type"], KeyRole | null>> = {
  mk: "encryption",
  dek: "encryption",
  guek: "encryption",
  gak: "authentication",
  kek: null,
  appkey: "join",
  appskey: "encryption",
  nwkskey: "authentication",
  cek: "encryption",
};

/** Every type that a meter of the profile may hold: session keys are imported, never derived. */
export function keyTypes(profile: Profile): readonly ProtocolKey["type"][] {
  const derived = PROTOCOL_KEYS[profile].map(({ type }) => type);
  return profile === "lorawan" ? [...derived, "appskey", "nwkskey"] : derived;
}

/** Derives one protocol key of a meter and key version. The caller owns the result. */
export function deriveProtocolKey(
  meterKey: SecretKey,
  uid: Uint8Array,
  version: number,
  key: ProtocolKey,
): SecretKey {
  const context = Buffer.alloc(20);
  context.set(uid.subarray(0, 16));
  context.writeUInt32BE(version, 16);
  return SecretKey.adopt(meterKey.use((ki) => kdfCounter(ki, key.label, context, key.length)));
}

/** NIST SP 800-108r1 §4.1 with PRF = HMAC-SHA-256 and r = 32; `length` in bytes. */
export function kdfCounter(
  ki: Uint8Array,
  label: string,
  context: Uint8Array,
  length: number,
): Uint8Array {
  // [i]₃₂ ‖ label ‖ 00 ‖ context ‖ [L]₃₂: only the counter changes from block to block.
  const labelEnd = 4 + label.length;
  const input = Buffer.alloc(labelEnd + 1 + context.length + 4);
  input.write(label, 4, "ascii");
  input.set(context, labelEnd + 1);
  input.writeUInt32BE(length * 8, input.length - 4);
  const out = new Uint8Array(length);
  for (let i = 1, at = 0; at < length; i++, at += 32) {
    input.writeUInt32BE(i);
    const block = shortHmac(ki, input);
    out.set(block.subarray(0, Math.min(32, length - at)), at);
    block.fill(0);
  }
  return out;
}
