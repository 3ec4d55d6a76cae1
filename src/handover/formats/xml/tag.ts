/**
 * Start tags: name, attributes and the namespaces that they bring (Namespaces in XML 1.0).
 *
 * @module
 */
import { ReadError } from "../read-contract.ts";
import { expandReferences } from "./references.ts";

export const MAX_ATTRIBUTES = 32;
const MAX_NAME = 128;
/** Longest start tag. Every attribute is read from within it. */
const MAX_TAG = 16_384;

/** Attributes by name as written; those that declare namespaces are not among them. */
export type Attributes = ReadonlyMap<string, string>;

/** Prefixes in force, innermost first; "" is the default namespace. */
export interface Scope {
  readonly declared: ReadonlyMap<string, string>;
  readonly outer: Scope | null;
}

export interface Tag {
  /** As written, prefix and all. */
  readonly qualified: string;
  readonly attributes: Attributes;
  readonly scope: Scope;
  readonly isEmpty: boolean;
  /** Where the text after the tag begins. */
  readonly end: number;
}

// No part can match what the next one does: reading a tag takes time in its length, not its square.
const NAME =
  /[A-Za-z_\u0080-\uffff][\w.\-\u0080-\uffff]*(?::[A-Za-z_\u0080-\uffff][\w.\-\u0080-\uffff]*)?/y;
const ATTRIBUTE = /[ \t\r\n]+([^\s<>"'=/&]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/y;
const END = /[ \t\r\n]*(\/?)>/y;

const FIXED: Scope = {
  declared: new Map([
    ["xml", "http://www.w3.org/XML/1998/namespace"],
    ["", ""],
  ]),
  outer: null,
};

/** Reads the start tag at `from`. */
export function readTag(xml: string, from: number, outer: Scope | null): Tag {
  const text = xml.slice(from + 1, from + MAX_TAG);
  const qualified = match(NAME, text, 0)?.[0] ?? "";
  if (qualified === "" || qualified.length > MAX_NAME) {
    throw new ReadError("XML_FORMAT", "expected the name of an element after <");
  }
  const attributes = new Map<string, string>();
  const declared = new Map<string, string>();
  let at = qualified.length;
  for (let found = match(ATTRIBUTE, text, at); found !== null; found = match(ATTRIBUTE, text, at)) {
    at += found[0].length;
    take(found[1] ?? "", expandReferences(found[2] ?? found[3] ?? ""), attributes, declared);
  }
  const end = match(END, text, at);
  if (end === null) {
    const isLong = text.length === MAX_TAG - 1;
    throw isLong
      ? new ReadError("XML_ATTRIBUTES", `a start tag is longer than ${MAX_TAG} characters`)
      : new ReadError("XML_FORMAT", "a start tag is not well formed");
  }
  const scope = { declared, outer: outer ?? FIXED };
  for (const name of attributes.keys()) {
    resolve(name, scope, false);
  }
  return {
    qualified,
    attributes,
    scope: declared.size === 0 ? scope.outer : scope,
    isEmpty: end[1] === "/",
    end: from + 1 + at + end[0].length,
  };
}

/** The local name and the namespace of a name as written. */
export function resolve(
  qualified: string,
  scope: Scope,
  isElement: boolean,
): { readonly name: string; readonly namespace: string } {
  const colon = qualified.indexOf(":");
  if (colon < 0 && !isElement) {
    // The default namespace is not that of attributes.
    return { name: qualified, namespace: "" };
  }
  const prefix = qualified.slice(0, Math.max(0, colon));
  for (let at: Scope | null = scope; at !== null; at = at.outer) {
    const namespace = at.declared.get(prefix);
    if (namespace !== undefined) {
      return { name: qualified.slice(colon + 1), namespace };
    }
  }
  throw new ReadError("XML_FORMAT", "a prefix is used that no element declares");
}

function take(
  name: string,
  value: string,
  attributes: Map<string, string>,
  declared: Map<string, string>,
): void {
  const prefix = name === "xmlns" ? "" : name.startsWith("xmlns:") ? name.slice(6) : null;
  const map = prefix === null ? attributes : declared;
  if (map.has(prefix ?? name) || !isName(name)) {
    throw new ReadError("XML_FORMAT", "an attribute is not well formed, or there twice");
  }
  if (attributes.size + declared.size >= MAX_ATTRIBUTES) {
    throw new ReadError("XML_ATTRIBUTES", `an element has more than ${MAX_ATTRIBUTES} attributes`);
  }
  map.set(prefix ?? name, value);
}

function isName(name: string): boolean {
  return match(NAME, name, 0)?.[0].length === name.length && name.length <= MAX_NAME;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
