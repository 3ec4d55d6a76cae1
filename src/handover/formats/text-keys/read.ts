/**
 * AES-128 keys that somebody typed: 16 ASCII characters, each of them one byte of the key.
 *
 * Such keys exist in the field and have the entropy of a word, so that they are read only where
 * the caller says so: 16 hex digits look the same and are half a key.
 *
 * @module
 */
const TEXT_KEY = /^[\x20-\x7e]{16}$/;

/** What is said of every meter with such a key. */
export const TEXT_KEY_WARNING = {
  code: "KEY_TEXT",
  detail: "the key is text of 16 characters: far fewer are probable than 2^128",
} as const;

/** The key as hex; null when it is not 16 printable ASCII characters. */
export function parseTextKey(text: string): string | null {
  if (!TEXT_KEY.test(text)) {
    return null;
  }
  return Array.from(text, (character) =>
    character.charCodeAt(0).toString(16).padStart(2, "0"),
  ).join("");
}
