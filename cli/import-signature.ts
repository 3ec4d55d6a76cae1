/**
 * The signature of a maker's XML file: XML-DSig, enveloped, with an X.509 certificate.
 *
 * Here and not beside the readers, because `xml-crypto` needs `node:crypto` and readers also run
 * in a browser. XML signatures fail by what they do *not* cover: only one shape is accepted, and
 * what is read on is the canonical text that the library has authenticated, never the document.
 *
 * That a certificate is trusted is for people to say: it is shown, and can be pinned.
 *
 * @module
 */
import { createHash, createVerify, X509Certificate } from "node:crypto";
import { DOMParser } from "@xmldom/xmldom";
import { SignedXml } from "xml-crypto";
import {
  type CheckSignature,
  ReadError,
  type SignedText,
} from "../src/handover/formats/read-contract.ts";
import { DIGESTS, SIGNATURES, signatureShape, TRANSFORMS } from "./import-signature-shape.ts";

/** What `--signer` names: the SHA-256 of a certificate, and the certificate where it was given. */
export interface PinnedSigner {
  readonly fingerprint: string;
  readonly certificate: X509Certificate | null;
}

/** Makes the check that readers call; with a pinned signer nobody else's signature will do. */
export function signatureCheck(pinned: PinnedSigner | null): CheckSignature {
  return (xml) => {
    const shape = signatureShape(xml);
    if (shape === null) {
      return null;
    }
    const certificates = shape.certificates.map(parseCertificate);
    if (certificates.length === 0 && pinned?.certificate) {
      certificates.push(pinned.certificate);
    }
    if (certificates.length === 0) {
      throw new ReadError(
        "SIGNATURE_UNSUPPORTED",
        "the signature brings no certificate: name the signer's file with --signer",
      );
    }
    for (const certificate of certificates) {
      const text = verify(xml, certificate);
      if (text !== null) {
        return signed(text, certificate, pinned);
      }
    }
    throw new ReadError("SIGNATURE_INVALID", "the signature does not fit the file");
  };
}

/** The SHA-256 of a certificate, hex. */
export function fingerprintOf(certificate: X509Certificate): string {
  return createHash("sha256").update(certificate.raw).digest("hex");
}

function signed(
  text: string,
  certificate: X509Certificate,
  pinned: PinnedSigner | null,
): SignedText {
  const fingerprint = fingerprintOf(certificate);
  if (pinned !== null && pinned.fingerprint !== fingerprint) {
    throw new ReadError("SIGNER_MISMATCH", "the file is signed by another than --signer names");
  }
  const subject = certificate.subject.split("\n").reverse().join(", ");
  return { text, signer: { subject, fingerprint, pinned: pinned !== null } };
}

/** The canonical text under the signature; null when it does not verify with this certificate. */
function verify(xml: string, certificate: X509Certificate): string | null {
  const signedXml = new SignedXml({ publicCert: certificate.toString() });
  // What is not listed here does not exist: no HMAC, no SHA-1, no XPath, no XSLT.
  signedXml.SignatureAlgorithms = signatureAlgorithms(signedXml);
  signedXml.HashAlgorithms = pick(signedXml.HashAlgorithms, DIGESTS);
  signedXml.CanonicalizationAlgorithms = pick(signedXml.CanonicalizationAlgorithms, TRANSFORMS);
  signedXml.getCertFromKeyInfo = () => null;
  try {
    signedXml.loadSignature(signatureNode(xml));
    if (!signedXml.checkSignature(xml)) {
      return null;
    }
  } catch {
    // The library's messages quote digests and elements of the file.
    return null;
  }
  const [text, ...more] = signedXml.getSignedReferences();
  return text === undefined || more.length > 0 ? null : text;
}

function signatureNode(xml: string): Parameters<SignedXml["loadSignature"]>[0] {
  const document = new DOMParser({ onError: refuse }).parseFromString(xml, "text/xml");
  const namespace = "http://www.w3.org/2000/09/xmldsig#";
  const node = document.getElementsByTagNameNS(namespace, "Signature").item(0);
  if (node === null) {
    throw new ReadError("SIGNATURE_UNSUPPORTED", "signature: expected one of XML-DSig");
  }
  return node;
}

function refuse(): never {
  throw new ReadError("XML_FORMAT", "the file is not well formed");
}

function parseCertificate(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch {
    throw new ReadError("SIGNATURE_UNSUPPORTED", "the signature's certificate cannot be read");
  }
}

function pick<T>(all: Readonly<Record<string, T>>, names: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
}

type Algorithms = SignedXml["SignatureAlgorithms"];

/** RSA as the library has it, and ECDSA, which it lacks. */
function signatureAlgorithms({ SignatureAlgorithms }: SignedXml): Algorithms {
  const ecdsa = [...SIGNATURES].flatMap(([uri, { ecdsaHash }]) =>
    ecdsaHash === null ? [] : [[uri, ecdsaAlgorithm(uri, ecdsaHash)] as const],
  );
  return {
    ...pick(SignatureAlgorithms, new Set(SIGNATURES.keys())),
    ...Object.fromEntries(ecdsa),
  };
}

/** RFC 6931 §2.3.6: the signature is r and s side by side, not DER. */
function ecdsaAlgorithm(uri: string, hash: string): Algorithms[string] {
  return class Ecdsa {
    getAlgorithmName(): string {
      return uri;
    }
    getSignature(): never {
      throw new TypeError("ecdsa: signatures are verified here and never made");
    }
    verifySignature(material: string, key: Parameters<typeof asKey>[0], value: string): boolean {
      const verifier = createVerify(hash).update(material);
      return verifier.verify({ key: asKey(key), dsaEncoding: "ieee-p1363" }, value, "base64");
    }
  };
}

function asKey(key: unknown): string {
  return String(key);
}
