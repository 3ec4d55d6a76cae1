/**
 * Text on its way into XML, YAML and configuration lines: names come from outside, and none of
 * them may end the value that it stands in.
 *
 * @module
 */

/** Control characters, line and paragraph separators, and what turns text round. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]+/gu;

/** Halves of characters, which no encoder can write, and non-characters, which no XML may hold. */
const BROKEN = /[\p{Cs}\ufffe\uffff]/gu;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&apos;"],
]);

/** One line of visible text. */
export function oneLine(text: string): string {
  return text.replace(UNSEEN, " ").replace(BROKEN, "?").trim();
}

/** Text as content or attribute of XML 1.0 (§2.2, §2.4). */
export function xmlText(text: string): string {
  return oneLine(text).replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? "");
}

/** An XML element with text in it. */
export function xmlElement(name: string, text: string): string {
  return `<${name}>${xmlText(text)}</${name}>`;
}

/**
 * A name without blanks and punctuation, in any script: wmbusmeters makes file names and MQTT
 * topics of it and refuses a colon, and YAML takes it as it is between quotation marks.
 */
export function nameToken(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
}
