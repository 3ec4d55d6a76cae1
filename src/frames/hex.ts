/**
 * Hex as people copy it: bare, with `0x`, with spaces, `:`, `-` or `,` between the bytes.
 *
 * White space may stand between groups of whole bytes, as hex dumps have it. The other separators
 * stand between single bytes: `2024-11-05` is a date and `17,4493…` are two columns.
 *
 * @module
 */

const BARE = /^(?:[0-9a-f]{2})+$/i;
const SPACED = /^(?:0x)?(?:[0-9a-f]{2})+(?:\s+(?:0x)?(?:[0-9a-f]{2})+)*$/i;
const SEPARATED = /^(?:0x)?[0-9a-f]{2}(?:\s*[:,-]\s*(?:0x)?[0-9a-f]{2})*$/i;

/** Frames have some thousand bytes at most; on megabytes the expressions run out of stack. */
const MOST_CHARACTERS = 1_000_000;

/** Takes `0x` and separators out; null for text that is no whole number of bytes in hex. */
export function bareHex(text: string): string | null {
  if (text.length > MOST_CHARACTERS) {
    return null;
  }
  if (BARE.test(text)) {
    return text;
  }
  return SPACED.test(text) || SEPARATED.test(text) ? text.replace(/0x|[^0-9a-f]/gi, "") : null;
}
