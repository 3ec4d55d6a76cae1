/**
 * The canonical texts of a signed document: of what was signed, and of the signature's own part.
 *
 * Octets are made by the classes of `xml-crypto`. Its `checkSignature` is not used: it looks for
 * `//*` by XPath, in time that grows with the square of the number of meters (235 s for 20 000).
 * After the check of the shape there is nothing left to look for: one signature, right below the
 * root, over the whole document.
 *
 * @module
 */
import { DOMParser, type Element } from "@xmldom/xmldom";
import { C14nCanonicalization, ExclusiveCanonicalization } from "xml-crypto";
import { ReadError } from "../../src/handover/formats/read-contract.ts";

/** Canonical XML 1.0, or its exclusive form; both without comments. */
export type CanonicalForm = "inclusive" | "exclusive";

export interface CanonicalTexts {
  readonly signedInfo: string;
  /** The document without its signature. */
  readonly document: string;
}

/** Makes both texts; the document has passed the scanner and the check of the signature's shape. */
export function canonicalTexts(
  xml: string,
  infoForm: CanonicalForm,
  documentForm: CanonicalForm,
): CanonicalTexts {
  const root = new DOMParser({ onError: refuse }).parseFromString(xml, "text/xml").documentElement;
  const signature = root === null ? null : childNamed(root, "Signature");
  const info = signature === null ? null : childNamed(signature, "SignedInfo");
  if (root === null || signature === null || info === null) {
    return refuse();
  }
  const signedInfo = canonical(info, infoForm, namespacesAround(info, [signature, root]));
  root.removeChild(signature);
  return { signedInfo, document: canonical(root, documentForm, []) };
}

interface Namespace {
  readonly prefix: string;
  readonly namespaceURI: string;
}

function canonical(
  element: Element,
  form: CanonicalForm,
  ancestorNamespaces: readonly Namespace[],
): string {
  const maker = form === "exclusive" ? new ExclusiveCanonicalization() : new C14nCanonicalization();
  return String(maker.process(element, { ancestorNamespaces: [...ancestorNamespaces] }));
}

/**
 * Namespaces that an element inherits, the nearest first and each prefix once (Canonical XML 1.0
 * §2.4). That of the element itself is left out: it is written in any case.
 */
function namespacesAround(element: Element, ancestors: readonly Element[]): Namespace[] {
  const found = new Map<string, Namespace>();
  for (const ancestor of ancestors) {
    for (const { name, value } of Array.from(ancestor.attributes)) {
      const prefix = /^xmlns(?::(.*))?$/.exec(name);
      if (prefix !== null && !found.has(prefix[1] ?? "")) {
        found.set(prefix[1] ?? "", { prefix: prefix[1] ?? "", namespaceURI: value });
      }
    }
  }
  found.delete(element.prefix ?? "");
  // A default namespace that was taken back is none.
  return [...found.values()].filter(({ namespaceURI }) => namespaceURI !== "");
}

function childNamed(parent: Element, name: string): Element | null {
  for (let at = parent.firstChild; at !== null; at = at.nextSibling) {
    if (at.nodeType === at.ELEMENT_NODE && (at as Element).localName === name) {
      return at as Element;
    }
  }
  return null;
}

function refuse(): never {
  throw new ReadError("XML_FORMAT", "the file is not well formed");
}
