/**
 * base64url without padding (RFC 4648 §5), one text per byte string.
 *
 * Decoding is strict (RFC 4648 §3.5): a second spelling of the same bytes is refused, so that a
 * changed link or hash can never be taken for the one that was issued.
 *
 * @module
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUES = new Map([...ALPHABET].map((symbol, value) => [symbol, value]));
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
  if (rest === 1 || !/^[A-Za-z0-9_-]*$/.test(text)) {
    return null;
  }
  // RFC 4648 §3.5: unused bits of the last symbol are zero.
  const unused = rest === 2 ? 0x0f : rest === 3 ? 0x03 : 0;
  if (((VALUES.get(text.slice(-1)) ?? 0) & unused) !== 0) {
    return null;
  }
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
}

/** Reads exactly `length` bytes of base64url; null otherwise. */
export function fixedBase64url(text: unknown, length: number): Uint8Array | null {
  const bytes = typeof text === "string" ? fromBase64url(text) : null;
  return bytes?.length === length ? bytes : null;
}
