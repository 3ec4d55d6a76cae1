/**
 * Elements of a scanned document: the root at once, its children one after the other.
 *
 * A file of 20 000 meters is never a tree as a whole; each child is built, read and let go.
 *
 * @module
 */
import { ReadError } from "../read-contract.ts";
import { scanXml, type XmlEvent } from "./scan.ts";
import type { Attributes } from "./tag.ts";

/** Longest text of one field: serials, names and keys are far shorter. */
const MAX_FIELD = 4096;

export interface XmlElement {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Attributes;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children. */
  readonly text: string;
}

type OpenEvent = Extract<XmlEvent, { kind: "open" }>;

/** What is known of the root before its children are read. */
export type XmlRoot = Pick<XmlElement, "name" | "namespace" | "attributes">;

/** Goes through the whole document and answers its root; every fault of form is found here. */
export function checkXml(xml: string): XmlRoot {
  let root: XmlRoot | null = null;
  for (const event of scanXml(xml)) {
    if (event.kind === "open") {
      root ??= event;
    }
  }
  if (root === null) {
    throw new ReadError("XML_FORMAT", "the file has no element");
  }
  return root;
}

/** Yields the children of the root, each with all that it contains. */
export function* childrenOfRoot(xml: string): Generator<XmlElement, void> {
  const events = scanXml(xml);
  for (const event of events) {
    if (event.kind === "open" && event.depth === 2) {
      yield build(event, events);
    }
  }
}

/** The only descendant at a path of local names; null when there is none. */
export function find(element: XmlElement, ...path: readonly string[]): XmlElement | null {
  let at: XmlElement | null = element;
  for (const name of path) {
    const found: XmlElement[] = at.children.filter((child) => child.name === name);
    if (found.length > 1) {
      throw new ReadError("FILE_FORMAT", "an element is there twice where one is expected");
    }
    at = found[0] ?? null;
    if (at === null) {
      return null;
    }
  }
  return at;
}

/** The text of the only descendant at a path, trimmed; empty when there is none. */
export function textAt(element: XmlElement, ...path: readonly string[]): string {
  const text = find(element, ...path)?.text.trim() ?? "";
  if (text.length > MAX_FIELD) {
    throw new ReadError("XML_SIZE", `a field is longer than ${MAX_FIELD} characters`);
  }
  return text;
}

function build(open: OpenEvent, events: Generator<XmlEvent, void>): XmlElement {
  const children: XmlElement[] = [];
  const texts: string[] = [];
  for (let next = events.next(); next.done !== true; next = events.next()) {
    const event = next.value;
    if (event.kind === "open") {
      children.push(build(event, events));
    } else if (event.kind === "text") {
      texts.push(event.text);
    } else {
      break;
    }
  }
  const { name, namespace, attributes } = open;
  return { name, namespace, attributes, children, text: texts.join("") };
}
