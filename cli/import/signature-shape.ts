/**
 * The one shape of XML signature that is accepted, checked before any signature is verified.
 *
 *     <root> ... <ds:Signature>
 *       <SignedInfo> CanonicalizationMethod, SignatureMethod, one Reference to the whole document
 *       <SignatureValue/> <KeyInfo> X509Data with certificates, or nothing of use
 *
 * A second signature, a second reference, a reference to a part, an object inside the signature
 * or a transform that selects: each is how a signed part is wrapped into a document of somebody
 * else's (W3C XML Signature Best Practices §2), and none is ever needed.
 *
 * @module
 */
import { ReadError } from "../../src/handover/formats/read-contract.ts";
import { fromBase64 } from "../../src/handover/formats/xml/base64.ts";
import { childrenOfRoot, type XmlElement } from "../../src/handover/formats/xml/element.ts";
import { scanXml } from "../../src/handover/formats/xml/scan.ts";
import type { CanonicalForm } from "./canonical.ts";

const DSIG = "http://www.w3.org/2000/09/xmldsig#";
const ENVELOPED = `${DSIG}enveloped-signature`;
const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const MORE = "http://www.w3.org/2001/04/xmldsig-more#";
const MAX_CERTIFICATES = 5;

const FORMS: ReadonlyMap<string, CanonicalForm> = new Map([
  [EXCLUSIVE, "exclusive"],
  [INCLUSIVE, "inclusive"],
]);

const DIGESTS: ReadonlyMap<string, string> = new Map([
  ["http://www.w3.org/2001/04/xmlenc#sha256", "sha256"],
  [`${MORE}sha384`, "sha384"],
  ["http://www.w3.org/2001/04/xmlenc#sha512", "sha512"],
]);

/** How a signature is made. */
export interface SignatureMethod {
  readonly key: "rsa" | "rsa-pss" | "ec";
  readonly hash: string;
}

/** RFC 6931 §2.3; no HMAC: a certificate is no secret. No SHA-1. */
const METHODS: ReadonlyMap<string, SignatureMethod> = new Map([
  [`${MORE}rsa-sha256`, { key: "rsa", hash: "sha256" }],
  [`${MORE}rsa-sha384`, { key: "rsa", hash: "sha384" }],
  [`${MORE}rsa-sha512`, { key: "rsa", hash: "sha512" }],
  ["http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1", { key: "rsa-pss", hash: "sha256" }],
  [`${MORE}ecdsa-sha256`, { key: "ec", hash: "sha256" }],
  [`${MORE}ecdsa-sha384`, { key: "ec", hash: "sha384" }],
  [`${MORE}ecdsa-sha512`, { key: "ec", hash: "sha512" }],
]);

export interface SignatureShape extends SignedInfo {
  readonly value: Uint8Array;
  /** DER, as the signature brings them; they prove nothing by themselves. */
  readonly certificates: readonly Uint8Array[];
}

interface SignedInfo {
  readonly infoForm: CanonicalForm;
  readonly method: SignatureMethod;
  readonly documentForm: CanonicalForm;
  readonly digestHash: string;
  /** Base64 without blanks. */
  readonly digest: string;
}

/**
 * Answers what the signature brings, or null for a document without one.
 *
 * @throws {@link ReadError} `SIGNATURE_UNSUPPORTED` for every other shape
 */
export function signatureShape(xml: string): SignatureShape | null {
  const { signatures, rootIds } = survey(xml);
  if (signatures === 0) {
    return null;
  }
  const direct = [...signaturesBelowRoot(xml)];
  const [signature] = direct;
  demand(signatures === 1 && signature !== undefined, "one signature, right below the root");
  demand(signature.namespace === DSIG, "a signature of XML-DSig");
  const [info, value, keyInfo, ...more] = signature.children;
  demand(
    info?.name === "SignedInfo" && value?.name === "SignatureValue" && more.length === 0,
    "SignedInfo, SignatureValue and KeyInfo in the signature",
  );
  const bytes = fromBase64(value.text);
  demand(bytes !== null && bytes.length > 0, "base64 in SignatureValue");
  return {
    ...readSignedInfo(info, rootIds),
    value: bytes,
    certificates: keyInfo === undefined ? [] : certificatesOf(keyInfo),
  };
}

function readSignedInfo(info: XmlElement, rootIds: readonly string[]): SignedInfo {
  const [canonicalization, method, reference, ...more] = info.children;
  demand(
    canonicalization?.name === "CanonicalizationMethod" &&
      method?.name === "SignatureMethod" &&
      reference?.name === "Reference" &&
      more.length === 0,
    "exactly one reference",
  );
  const infoForm = FORMS.get(algorithmOf(canonicalization));
  demand(infoForm !== undefined, "a canonical form without comments");
  const made = METHODS.get(algorithmOf(method));
  demand(made !== undefined, "RSA or ECDSA with SHA-2");
  demand(canonicalization.children.length + method.children.length === 0, "plain algorithms");
  const uri = reference.attributes.get("URI");
  demand(
    uri === "" || (rootIds.length === 1 && uri === `#${rootIds[0]}`),
    "a reference to the whole document",
  );
  const [transforms, digest, digestValue, ...rest] = reference.children;
  demand(
    transforms?.name === "Transforms" &&
      digest?.name === "DigestMethod" &&
      digestValue?.name === "DigestValue" &&
      rest.length === 0,
    "Transforms, DigestMethod and DigestValue in the reference",
  );
  const digestHash = DIGESTS.get(algorithmOf(digest));
  demand(digestHash !== undefined, "a digest by SHA-2");
  return {
    infoForm,
    method: made,
    documentForm: documentForm(transforms),
    digestHash,
    digest: digestValue.text.replace(/\s/g, ""),
  };
}

/** The transforms are enveloped-signature and at most one canonical form. */
function documentForm(transforms: XmlElement): CanonicalForm {
  const [first, second, ...more] = transforms.children;
  const isPlain = transforms.children.every(
    ({ name, children }) => name === "Transform" && children.length === 0,
  );
  // XMLDSIG core §4.4.3.2: without a form of its own, a node set becomes octets by Canonical XML.
  const form = second === undefined ? "inclusive" : FORMS.get(algorithmOf(second));
  demand(
    isPlain && first !== undefined && algorithmOf(first) === ENVELOPED && more.length === 0,
    "the transform enveloped-signature first",
  );
  demand(form !== undefined, "no transform but a canonical form behind enveloped-signature");
  return form;
}

function algorithmOf({ attributes }: XmlElement): string {
  return attributes.get("Algorithm") ?? "";
}

function certificatesOf(keyInfo: XmlElement): Uint8Array[] {
  demand(keyInfo.name === "KeyInfo", "KeyInfo behind the signature's value");
  const certificates = keyInfo.children
    .filter(({ name }) => name === "X509Data")
    .flatMap(({ children }) => children)
    .filter(({ name }) => name === "X509Certificate")
    .map(({ text }) => fromBase64(text.trim()));
  demand(certificates.length <= MAX_CERTIFICATES, `at most ${MAX_CERTIFICATES} certificates`);
  return certificates.map((certificate) => certificate ?? new Uint8Array());
}

/** Counts every element called Signature, of whatever namespace and at whatever depth. */
function survey(xml: string): { signatures: number; rootIds: string[] } {
  let signatures = 0;
  const rootIds: string[] = [];
  for (const event of scanXml(xml)) {
    if (event.kind === "open") {
      signatures += event.name === "Signature" ? 1 : 0;
      if (event.depth === 1) {
        for (const name of ["Id", "ID", "id"]) {
          rootIds.push(...[event.attributes.get(name)].filter((id) => id !== undefined));
        }
      }
    }
  }
  return { signatures, rootIds };
}

function* signaturesBelowRoot(xml: string): Generator<XmlElement, void> {
  for (const child of childrenOfRoot(xml)) {
    if (child.name === "Signature") {
      yield child;
    }
  }
}

function demand(condition: boolean, expected: string): asserts condition {
  if (!condition) {
    throw new ReadError("SIGNATURE_UNSUPPORTED", `signature: expected ${expected}`);
  }
}
