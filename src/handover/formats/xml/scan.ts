/**
 * Goes through an XML document once, from left to right, and refuses what a key file never needs.
 *
 * No document type declaration, so no entities but the five of XML 1.0 §4.6: neither external
 * ones nor a "billion laughs" can be said. Depth, attributes and names are bounded while they are
 * read; the scanner holds one path of open elements and no tree. Whatever takes a document apart
 * further sees only text that has passed here.
 *
 * @module
 */
import { ReadError } from "../read-contract.ts";
import { expandReferences } from "./references.ts";
import { type Attributes, readTag, resolve, type Scope } from "./tag.ts";

export const MAX_DEPTH = 32;

/** What the scanner met; text is expanded and may come in pieces. */
export type XmlEvent =
  | {
      readonly kind: "open";
      readonly name: string;
      readonly namespace: string;
      readonly attributes: Attributes;
      /** 1 for the root. */
      readonly depth: number;
    }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "close"; readonly depth: number };

interface Open {
  readonly qualified: string;
  readonly scope: Scope;
}

/** Characters that XML 1.0 §2.2 does not allow. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const BLANK = /^[ \t\r\n]*$/;
const DECLARATION = /^<\?xml[ \t\r\n][^<>]{0,200}\?>/;

/**
 * Yields the elements and the text of a document, checked as they come.
 *
 * @throws {@link ReadError} `XML_DTD`, `XML_DEPTH`, `XML_ATTRIBUTES`, `XML_ENTITY`, `XML_FORMAT`
 */
export function* scanXml(xml: string): Generator<XmlEvent, void> {
  const path: Open[] = [];
  let at = DECLARATION.exec(xml)?.[0].length ?? 0;
  let isDone = false;
  while (at < xml.length) {
    const mark = xml.indexOf("<", at);
    const end = mark < 0 ? xml.length : mark;
    if (end > at) {
      const text = plainText(xml.slice(at, end));
      if (path.length > 0) {
        yield { kind: "text", text };
      } else if (!BLANK.test(text)) {
        throw new ReadError("XML_FORMAT", "there is text outside the document's element");
      }
    }
    if (mark < 0) {
      break;
    }
    if (xml.startsWith("<!--", mark)) {
      at = endOf(xml, "-->", mark + 4);
    } else if (xml.startsWith("<![CDATA[", mark) && path.length > 0) {
      at = endOf(xml, "]]>", mark + 9);
      yield { kind: "text", text: allowed(xml.slice(mark + 9, at - 3)) };
    } else if (xml.startsWith("<!", mark)) {
      throw new ReadError("XML_DTD", "the file has a document type declaration");
    } else if (xml.startsWith("<?", mark)) {
      throw new ReadError("XML_FORMAT", "the file has a processing instruction");
    } else if (xml.startsWith("</", mark)) {
      at = endOf(xml, ">", mark + 2);
      closeTag(path, xml.slice(mark + 2, at - 1));
      isDone = path.length === 0;
      yield { kind: "close", depth: path.length + 1 };
    } else {
      if (isDone) {
        throw new ReadError("XML_FORMAT", "the file has a second element beside its first");
      }
      const tag = readTag(xml, mark, path.at(-1)?.scope ?? null);
      const depth = path.length + 1;
      if (depth > MAX_DEPTH) {
        throw new ReadError("XML_DEPTH", `elements are nested deeper than ${MAX_DEPTH}`);
      }
      const { name, namespace } = resolve(tag.qualified, tag.scope, true);
      yield { kind: "open", name, namespace, attributes: tag.attributes, depth };
      if (tag.isEmpty) {
        isDone = path.length === 0;
        yield { kind: "close", depth };
      } else {
        path.push({ qualified: tag.qualified, scope: tag.scope });
      }
      at = tag.end;
    }
  }
  if (!isDone) {
    throw new ReadError("XML_FORMAT", "the file ends before its last element does");
  }
}

function closeTag(path: Open[], text: string): void {
  const { qualified = "" } = path.pop() ?? {};
  // Compared from the front: looking for the blanks at the end takes time in their square.
  if (
    qualified === "" ||
    !text.startsWith(qualified) ||
    !BLANK.test(text.slice(qualified.length))
  ) {
    throw new ReadError("XML_FORMAT", "an end tag does not fit its start tag");
  }
}

function plainText(raw: string): string {
  if (raw.includes("]]>")) {
    throw new ReadError("XML_FORMAT", "a CDATA section ends that never began");
  }
  return expandReferences(allowed(raw));
}

function allowed(text: string): string {
  if (FORBIDDEN.test(text)) {
    throw new ReadError("XML_FORMAT", "the file has a character that XML does not allow");
  }
  return text;
}

function endOf(xml: string, mark: string, from: number): number {
  const at = xml.indexOf(mark, from);
  if (at < 0) {
    throw new ReadError("XML_FORMAT", "the file ends within markup");
  }
  return at + mark.length;
}
