/**
 * Bytes as the text forms of other formats write them.
 *
 * @module
 */

/** What one call of String.fromCharCode takes without overflowing the stack. */
const CHUNK = 8190;

/** base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary);
}
