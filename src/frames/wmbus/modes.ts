/**
 * The security modes of the transport layer (EN 13757-7:2018 Table 19) and their names.
 *
 * @module
 */

const NAMES: Readonly<Record<number, string>> = {
  0: "no encryption",
  1: "mode of the maker",
  2: "DES-CBC, IV zero",
  3: "DES-CBC, IV with date",
  5: "AES-128-CBC, IV from address and access number (OMS profile A)",
  7: "AES-128-CBC, IV zero, derived key (OMS profile B)",
  8: "AES-128-CTR with CMAC",
  9: "AES-128-GCM",
  10: "AES-128-CCM, derived key (OMS profile D)",
  13: "TLS (OMS profile C)",
};

/** Names a mode for people. */
export function modeName(mode: number): string {
  return NAMES[mode] ?? "reserved or of the maker";
}

/** Mode 5 and 7: number of encrypted 16-byte blocks, bits 7 to 4 of the configuration word. */
export function encryptedBlocks(config: number): number {
  return (config >> 4) & 0x0f;
}
