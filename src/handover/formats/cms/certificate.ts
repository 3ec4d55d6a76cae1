/**
 * The recipient's certificate: what it must be before anything is encrypted to it.
 *
 * Whose it is, the recipient knows: nothing here follows a chain. What can be checked is that it is
 * one certificate, in force, meant for encryption, and of a key that is long enough.
 *
 * {@link https://www.rfc-editor.org/rfc/rfc5280 | RFC 5280}
 *
 * @module
 */
import { BitString, ObjectIdentifier } from "asn1js";
import { Certificate } from "pkijs";
import type { FormatError } from "../contract.ts";
import { badOption } from "../option.ts";

/** Curves by object identifier (RFC 5480 §2.1.1.1). */
const CURVES = new Map<string, "P-256" | "P-384">([
  ["1.2.840.10045.3.1.7", "P-256"],
  ["1.3.132.0.34", "P-384"],
]);

export interface RecipientCertificate {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array<ArrayBuffer>;
  readonly algorithm: "RSA" | "P-256" | "P-384";
  readonly certificate: Certificate;
}

const RSA = "1.2.840.113549.1.1.1";
const EC = "1.2.840.10045.2.1";
const KEY_USAGE = "2.5.29.15";
/** Bits of KeyUsage, the first is the highest (RFC 5280 §4.2.1.3). */
const KEY_ENCIPHERMENT = 0x20;
const KEY_AGREEMENT = 0x08;

/** An SPKI of RSA with 2048 bits has 294 bytes, and less is too short (BSI TR-02102-1 §2.3). */
const LEAST_RSA_SPKI = 294;

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;

/**
 * Reads one certificate from PEM (RFC 7468 §5).
 *
 * @throws {@link FormatError} `FORMAT_OPTION`
 */
export function readCertificate(pem: string, now: Date): RecipientCertificate {
  const certificate = parse(pem);
  if (now < certificate.notBefore.value || now > certificate.notAfter.value) {
    throw refused("expected one that is in force, this one has expired or is not valid yet");
  }
  const spki = certificate.subjectPublicKeyInfo;
  const bytes = new Uint8Array(spki.toSchema().toBER());
  const { algorithmId, algorithmParams } = spki.algorithm;
  if (algorithmId === RSA && bytes.length >= LEAST_RSA_SPKI) {
    demandUsage(certificate, KEY_ENCIPHERMENT);
    return { spki: bytes, algorithm: "RSA", certificate };
  }
  const curve =
    algorithmId === EC && algorithmParams instanceof ObjectIdentifier
      ? CURVES.get(algorithmParams.valueBlock.toString())
      : undefined;
  if (curve === undefined) {
    throw refused("expected a key of RSA with 2048 bits or more, P-256 or P-384");
  }
  demandUsage(certificate, KEY_AGREEMENT);
  return { spki: bytes, algorithm: curve, certificate };
}

function parse(pem: string): Certificate {
  const blocks = [...pem.matchAll(BLOCK)];
  const [, label, body = ""] = blocks[0] ?? [];
  // A chain does not say which of its certificates is meant, and a private key has no place here.
  if (blocks.length !== 1 || label !== "CERTIFICATE") {
    throw refused("expected one certificate in PEM");
  }
  try {
    const binary = atob(body.replace(/\s/g, ""));
    return Certificate.fromBER(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
  } catch {
    // No cause: a parser's message may quote what it read.
    throw refused("expected one certificate in PEM");
  }
}

function demandUsage({ extensions = [] }: Certificate, bit: number): void {
  const usage = extensions.find(({ extnID }) => extnID === KEY_USAGE)?.parsedValue;
  // Without the extension every use is allowed.
  if (usage instanceof BitString && ((usage.valueBlock.valueHexView[0] ?? 0) & bit) === 0) {
    throw refused("expected one for encryption, its key usage says otherwise");
  }
}

function refused(expected: string): FormatError {
  return badOption("certificate", expected);
}
