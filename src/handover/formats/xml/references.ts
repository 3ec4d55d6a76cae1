/**
 * The references that an XML document without a DTD may have: five names, and numbers.
 *
 * Each stands for one character, so text never grows.
 *
 * @module
 */
import { ReadError } from "../read-contract.ts";

const NAMED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

const REFERENCE = /&(?:#x([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));|&/g;

/** @throws {@link ReadError} `XML_ENTITY` for any other reference. */
export function expandReferences(text: string): string {
  if (!text.includes("&")) {
    return text;
  }
  return text.replace(REFERENCE, (_, hex?: string, decimal?: string, name?: string) => {
    const named = NAMED.get(name ?? "");
    if (named !== undefined) {
      return named;
    }
    const digits = hex ?? decimal;
    const code = digits === undefined ? 0 : Number.parseInt(digits, hex === undefined ? 10 : 16);
    if (!isCharacter(code)) {
      throw new ReadError("XML_ENTITY", "the file refers to an entity that XML does not define");
    }
    return String.fromCodePoint(code);
  });
}

/** XML 1.0 §2.2. */
function isCharacter(code: number): boolean {
  return (
    code === 0x09 ||
    code === 0x0a ||
    code === 0x0d ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  );
}
