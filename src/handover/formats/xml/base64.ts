/**
 * Base64 as XML carries it: broken into lines, with padding (XML Schema part 2 §3.2.16).
 *
 * @module
 */

/** Null when the text is no base64. */
export function fromBase64(text: string): Uint8Array | null {
  let binary: string;
  try {
    // WHATWG's forgiving decode: blanks are left out, all else must fit.
    binary = atob(text);
  } catch {
    return null;
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) {
    bytes[i] = binary.charCodeAt(i);
  }
  return bytes;
}
