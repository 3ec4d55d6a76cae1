/**
 * Derivations of MKX/1: everything that follows from fragment, PIN and share.
 *
 * HKDF is {@link https://www.rfc-editor.org/rfc/rfc5869 | RFC 5869} with SHA-256; scrypt is
 * {@link https://www.rfc-editor.org/rfc/rfc7914 | RFC 7914}. No two values share a label, and
 * what the exchange learns (linkId, authKey, pinProof) says nothing about the package key.
 *
 * @module
 */
import { expand, extract } from "@noble/hashes/hkdf.js";
import { scryptAsync } from "@noble/hashes/scrypt.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

/** RFC 7914 §2: N = 2^15, r = 8, p = 1 takes 32 MiB and about a second in a browser. */
export const SCRYPT = { N: 2 ** 15, r: 8, p: 1, dkLen: 64 } as const;

/** A scrypt with the parameters of {@link SCRYPT}; callers may bring a faster one. */
export type Scrypt = (password: Uint8Array, salt: Uint8Array) => Promise<Uint8Array>;

export interface LinkValues {
  readonly linkId: Uint8Array;
  readonly authKey: Uint8Array;
  readonly pinSalt: Uint8Array;
}

export interface PinValues {
  /** Shown to the exchange. */
  readonly pinProof: Uint8Array;
  /** Never leaves the client. */
  readonly pinKey: Uint8Array;
}

export interface PackageKeys {
  readonly dek: Uint8Array;
  readonly receiptProof: Uint8Array;
}

/** Derives what follows from the fragment alone. */
export function deriveLink(fragment: Uint8Array): LinkValues {
  const prk = extract(sha256, fragment, utf8ToBytes("meterseal/mkx1"));
  return {
    linkId: expandLabel(prk, "link-id", 16),
    authKey: expandLabel(prk, "auth", 32),
    pinSalt: expandLabel(prk, "pin-salt", 32),
  };
}

/** Stretches the eight normalised PIN symbols. */
export async function derivePin(
  symbols: string,
  pinSalt: Uint8Array,
  scrypt: Scrypt = nobleScrypt,
): Promise<PinValues> {
  const out = await scrypt(utf8ToBytes(symbols), pinSalt);
  return { pinProof: out.slice(0, 32), pinKey: out.slice(32, 64) };
}

/** Derives the package key: needs the link, the PIN and the share of the exchange. */
export function derivePackageKeys(
  linkId: Uint8Array,
  fragment: Uint8Array,
  share: Uint8Array,
  pinKey: Uint8Array,
): PackageKeys {
  const prk = extract(sha256, concatBytes(fragment, share, pinKey), linkId);
  return { dek: expandLabel(prk, "dek", 32), receiptProof: expandLabel(prk, "receipt", 32) };
}

/** Associated data of share and package: linkId ‖ SHA-256(header), both of fixed length. */
export function linkContext(linkId: Uint8Array, header: Uint8Array): Uint8Array {
  return concatBytes(linkId, sha256(header));
}

/** Name of a link in logs and events, from which nobody gets back: SHA-256(linkId)[0:12], hex. */
export function linkShortId(linkId: Uint8Array): string {
  return bytesToHex(sha256(linkId).subarray(0, 12));
}

/** RFC 5869 §2.3 with the ASCII label as info. */
function expandLabel(prk: Uint8Array, label: string, length: number): Uint8Array {
  return expand(sha256, prk, utf8ToBytes(label), length);
}

function nobleScrypt(password: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  return scryptAsync(password, salt, SCRYPT);
}
