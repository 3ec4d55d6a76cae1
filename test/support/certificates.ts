/**
 * Certificates for tests, made here and now and signed by themselves: of any key, for any name,
 * time and use.
 *
 * @module
 */
import { randomBytes, webcrypto, X509Certificate } from "node:crypto";
import { isIPv4 } from "node:net";
import { BitString, Integer, OctetString, PrintableString, Utf8String } from "asn1js";
import { AttributeTypeAndValue, Certificate, Extension, GeneralName, GeneralNames } from "pkijs";

export interface TestCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** SubjectPublicKeyInfo, PEM. */
  readonly publicKey: string;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
}

export interface CertificateChange {
  /** The only part of the subject; without it there are three. */
  readonly commonName?: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** First byte of the key usage (RFC 5280 §4.2.1.3); without it there is no such extension. */
  readonly keyUsage?: number;
  /** Name or IPv4 address of a server (RFC 5280 §4.2.1.6). */
  readonly host?: string;
}

const ALGORITHMS = {
  "RSA-1024": rsa(1024),
  "RSA-2048": rsa(2048),
  "RSA-3072": rsa(3072),
  "P-256": { name: "ECDSA", namedCurve: "P-256" },
  "P-384": { name: "ECDSA", namedCurve: "P-384" },
  "P-521": { name: "ECDSA", namedCurve: "P-521" },
};

export type KeyForm = keyof typeof ALGORITHMS;

const COUNTRY = "2.5.4.6";
const ORGANIZATION = "2.5.4.10";
const COMMON_NAME = "2.5.4.3";
const KEY_USAGE = "2.5.29.15";
const SUBJECT_ALT_NAME = "2.5.29.17";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Draws a key pair and makes its certificate; valid for 30 days unless told otherwise. */
export async function createCertificate(
  form: KeyForm,
  change: CertificateChange = {},
): Promise<TestCertificate> {
  const { subtle } = webcrypto;
  const drawn = await subtle.generateKey(ALGORITHMS[form], true, ["sign", "verify"]);
  const { privateKey, publicKey } = drawn as webcrypto.CryptoKeyPair;
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = serialNumber();
  for (const party of [certificate.issuer, certificate.subject]) {
    party.typesAndValues.push(...nameOf(change.commonName));
  }
  certificate.notBefore.value = change.notBefore ?? new Date(Date.now() - MINUTE);
  certificate.notAfter.value = change.notAfter ?? new Date(Date.now() + 30 * DAY);
  const extensions = extensionsOf(change);
  if (extensions.length > 0) {
    certificate.extensions = extensions;
  }
  await certificate.subjectPublicKeyInfo.importKey(publicKey);
  await certificate.sign(privateKey, "SHA-256");
  const made = new X509Certificate(Buffer.from(certificate.toSchema(true).toBER()));
  return {
    certificate: made.toString(),
    privateKey: pem("PRIVATE KEY", await subtle.exportKey("pkcs8", privateKey)),
    publicKey: String(made.publicKey.export({ type: "spki", format: "pem" })),
    fingerprint: made.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

/** Twenty octets at most, none of them a leading zero (RFC 5280 §4.1.2.2). */
function serialNumber(): Integer {
  return new Integer({ valueHex: Uint8Array.of(0x40, ...randomBytes(15)) });
}

function nameOf(commonName: string | undefined): AttributeTypeAndValue[] {
  const part = (type: string, value: Utf8String | PrintableString) =>
    new AttributeTypeAndValue({ type, value });
  return commonName === undefined
    ? [
        part(COUNTRY, new PrintableString({ value: "DE" })),
        part(ORGANIZATION, new Utf8String({ value: "Stadtwerk Müller" })),
        part(COMMON_NAME, new Utf8String({ value: "head-end" })),
      ]
    : [part(COMMON_NAME, new Utf8String({ value: commonName }))];
}

function extensionsOf({ keyUsage, host }: CertificateChange): Extension[] {
  const extensions: Extension[] = [];
  if (keyUsage !== undefined) {
    const bits = new BitString({ valueHex: Uint8Array.of(keyUsage) });
    const extnValue = bits.toBER();
    extensions.push(
      new Extension({ extnID: KEY_USAGE, critical: true, extnValue, parsedValue: bits }),
    );
  }
  if (host !== undefined) {
    const octets = Uint8Array.from(host.split("."), Number);
    const name = isIPv4(host)
      ? new GeneralName({ type: 7, value: new OctetString({ valueHex: octets }) })
      : new GeneralName({ type: 2, value: host });
    const names = new GeneralNames({ names: [name] });
    const extnValue = names.toSchema().toBER();
    extensions.push(new Extension({ extnID: SUBJECT_ALT_NAME, critical: false, extnValue }));
  }
  return extensions;
}

function rsa(modulusLength: number) {
  const publicExponent = Uint8Array.of(1, 0, 1);
  return { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength, publicExponent };
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
