/**
 * Base64 of RFC 4648 §4 with padding, read strictly: one text per byte string (§3.5).
 *
 * @module
 */
const FORM = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** What one call of String.fromCharCode takes without overflowing the stack. */
const CHUNK = 8190;

export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary);
}

/** Null when the text is not the one spelling of some bytes. */
export function fromBase64(text: string): Uint8Array | null {
  if (!FORM.test(text)) {
    return null;
  }
  const bytes = Uint8Array.from(atob(text), (symbol) => symbol.charCodeAt(0));
  return toBase64(bytes) === text ? bytes : null;
}

/** Exactly one SHA-256 hash; null otherwise. */
export function hashFromBase64(text: string): Uint8Array | null {
  const bytes = fromBase64(text);
  return bytes?.length === 32 ? bytes : null;
}
