/**
 * base64url without padding (RFC 4648 §5), one text per byte string.
 *
 * Decoding is strict (RFC 4648 §3.5): a second spelling of the same bytes is refused, so that a
 * changed link or hash can never be taken for the one that was issued.
 *
 * @module
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** Value of each symbol by its code; 64 = none. A table, because a package has megabytes. */
const VALUES = new Uint8Array(128).fill(64);
for (let value = 0; value < ALPHABET.length; value++) {
  VALUES[ALPHABET.charCodeAt(value)] = value;
}
/** What one call of String.fromCharCode takes without overflowing the stack. */
const CHUNK = 8190;

/** Writes bytes as base64url. */
export function toBase64url(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Reads base64url; null when the text is not the one spelling of some bytes. */
export function fromBase64url(text: string): Uint8Array | null {
  const rest = text.length % 4;
  if (rest === 1) {
    return null;
  }
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let pending = 0;
  let bits = 0;
  let written = 0;
  for (let at = 0; at < text.length; at++) {
    const value = VALUES[text.charCodeAt(at)] ?? 64;
    if (value === 64) {
      return null;
    }
    pending = ((pending & 0x3f) << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[written++] = pending >> bits;
    }
  }
  // RFC 4648 §3.5: unused bits of the last symbol are zero.
  return (pending & ((1 << bits) - 1)) === 0 ? bytes : null;
}

/** Reads exactly `length` bytes of base64url; null otherwise. */
export function fixedBase64url(text: unknown, length: number): Uint8Array | null {
  const bytes = typeof text === "string" ? fromBase64url(text) : null;
  return bytes?.length === length ? bytes : null;
}
