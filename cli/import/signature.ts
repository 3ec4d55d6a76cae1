/**
 * The signature of a maker's XML file: XML-DSig, enveloped, with an X.509 certificate.
 *
 * Here and not beside the readers, because it needs `node:crypto` and readers also run in a
 * browser. XML signatures fail by what they do *not* cover: only one shape is accepted, and what
 * is read on is the canonical text whose digest was signed, never the document.
 *
 * That a certificate is trusted is for people to say: it is shown, and can be pinned.
 *
 * @module
 */
import { constants, createHash, createVerify, X509Certificate } from "node:crypto";
import {
  type CheckSignature,
  ReadError,
  type SignedText,
} from "../../src/handover/formats/read-contract.ts";
import { canonicalTexts } from "./canonical.ts";
import { type SignatureMethod, type SignatureShape, signatureShape } from "./signature-shape.ts";

/** Below this an RSA key counts as broken (BSI TR-02102-1 asks for 3000 by now). */
const LEAST_RSA_BITS = 2048;

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
    const { signedInfo, document } = canonicalTexts(xml, shape.infoForm, shape.documentForm);
    const isCovered =
      createHash(shape.digestHash).update(document).digest("base64") === shape.digest;
    const signer = certificates.find((one) => isSignedBy(signedInfo, shape, one));
    if (!isCovered || signer === undefined) {
      throw new ReadError("SIGNATURE_INVALID", "the signature does not fit the file");
    }
    return signed(document, signer, pinned);
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

function isSignedBy(
  signedInfo: string,
  { method, value }: SignatureShape,
  { publicKey }: X509Certificate,
): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = publicKey;
  // The certificate's kind of key has to be the one that the signature names.
  const isFit =
    method.key === "ec"
      ? asymmetricKeyType === "ec"
      : asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_RSA_BITS;
  if (!isFit) {
    return false;
  }
  try {
    return createVerify(method.hash)
      .update(signedInfo)
      .verify({ key: publicKey, ...parametersOf(method) }, value);
  } catch {
    // OpenSSL refuses values of the wrong form by an error of its own.
    return false;
  }
}

function parametersOf({ key }: SignatureMethod): object {
  switch (key) {
    // RFC 6931 §2.3.6: r and s side by side, not DER.
    case "ec":
      return { dsaEncoding: "ieee-p1363" };
    case "rsa":
      return { padding: constants.RSA_PKCS1_PADDING };
    // RFC 6931 §2.3.10: the salt is as long as the hash.
    case "rsa-pss":
      return {
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      };
  }
}

function parseCertificate(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch {
    throw new ReadError("SIGNATURE_UNSUPPORTED", "the signature's certificate cannot be read");
  }
}
