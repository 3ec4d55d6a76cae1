/**
 * Brings signature lines of two copies of a note together.
 *
 * @module
 */
import { toBase64 } from "../tree/base64.ts";
import { formatNote, parseNote } from "../tree/note.ts";

/** All lines under one text; a key that is in both has the line of `newer`. */
export function joinNotes(older: string, newer: string): string {
  const [first, second] = [parseNote(older), parseNote(newer)];
  if (first === null || second === null || first.text !== second.text) {
    return newer;
  }
  const lines = new Map<string, string>();
  for (const { name, keyId, line } of [...first.signatures, ...second.signatures]) {
    lines.set(`${name} ${toBase64(keyId)}`, line);
  }
  return formatNote(first.text, [...lines.values()]);
}
