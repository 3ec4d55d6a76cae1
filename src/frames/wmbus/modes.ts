/**
 * The security modes of the transport layer (EN 13757-7:2018 Table 19), their names, and what
 * their configuration field says (§7.5.8).
 *
 * @module
 */
import type { TplHeader } from "./layers.ts";
import { u16 } from "./little-endian.ts";

const NAMES: Readonly<Record<number, string>> = {
  0: "no encryption",
  1: "mode of the maker",
  2: "DES-CBC, IV zero",
  3: "DES-CBC, IV with date",
  4: "specific usage",
  5: "AES-128-CBC, IV from address and access number (OMS profile A)",
  7: "AES-128-CBC, IV zero, derived key (OMS profile B)",
  8: "AES-128-CTR with CMAC",
  9: "AES-128-GCM",
  10: "AES-128-CCM, derived key (OMS profile D)",
  13: "TLS (OMS profile C)",
  15: "specific usage",
};

/** Names a mode for people. */
export function modeName(mode: number): string {
  return NAMES[mode] ?? "reserved or of the maker";
}

/** Mode 5 and 7: number of encrypted 16-byte blocks, bits 7 to 4 of the configuration word. */
export function encryptedBlocks(config: number): number {
  return (config >> 4) & 0x0f;
}

/** Key derivation function A, the only one of EN 13757-7:2018 §9.6. */
export const KDF_A = 1;

/** The configuration field extension of modes 7, 10 and 13. */
export interface Extension {
  readonly word: number;
  /** Mode 7 and 10: 0 = the key itself, 1 = KDF-A. */
  readonly kdf: number;
  readonly keyId: number;
  /** Mode 10: version of the key; null where the frame does not say. */
  readonly keyVersion: number | null;
  /** Index of the first byte after the extension. */
  readonly end: number;
}

/** Reads the extension; null where the mode has none or the frame ends before it does. */
export function readExtension(frame: Uint8Array, { mode, end }: TplHeader): Extension | null {
  const size = mode === 7 || mode === 13 ? 1 : mode === 10 ? 2 : 0;
  if (size === 0 || end + size > frame.length) {
    return null;
  }
  const word = size === 1 ? frame[end]! : u16(frame, end);
  // Mode 10, bit 6: one more byte with the key version. Read in wmbusmeters; no public frame.
  const hasVersion = mode === 10 && (word & 0x40) !== 0;
  if (hasVersion && end + size >= frame.length) {
    return null;
  }
  return {
    word,
    kdf: (word >> 4) & 0x03,
    keyId: word & 0x0f,
    keyVersion: hasVersion ? frame[end + size]! : null,
    end: end + size + (hasVersion ? 1 : 0),
  };
}

/** Mode 10: length of the tag in bytes, by bits 9 and 8 of the extension. */
export function tagLength({ word }: Extension): number {
  // Proven on real frames: 1 = 8 bytes. The others are those of CEN/TR 17167:2018 Annex F.6, in
  // the order in which wmbusmeters reads them; a wrong length fails the tag.
  return 4 + 4 * ((word >> 8) & 0x03);
}

/** Mode 10: bit 13 of the configuration word says that the message counter has 4 bytes. */
export function hasMessageCounter(config: number): boolean {
  return (config & 0x2000) !== 0;
}
