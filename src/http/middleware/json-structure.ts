/**
 * The structural characters of a JSON text (RFC 8259 §2), before a parser has seen it.
 *
 * By hand: a pattern for strings takes quadratic time over one that does not end, and texts come
 * from anybody.
 *
 * @module
 */

/** Every `{ } [ ] :` that stands outside strings, in order, in one pass. */
export function* structure(text: string): Generator<string> {
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '"') {
      isInString = !isInString;
    } else if (isInString) {
      i += character === "\\" ? 1 : 0;
    } else if ("{}[]:".includes(character)) {
      yield character;
    }
  }
}
