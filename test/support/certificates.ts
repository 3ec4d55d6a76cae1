/**
 * Certificates for tests, made here and now: of any key, for any time and use.
 *
 * @module
 */
import { webcrypto } from "node:crypto";
import { BitString, Integer, Utf8String } from "asn1js";
import { AttributeTypeAndValue, Certificate, Extension } from "pkijs";

export interface TestCertificate {
  readonly certificate: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

export interface CertificateChange {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** First byte of the key usage (RFC 5280 §4.2.1.3); without it there is no such extension. */
  readonly keyUsage?: number;
}

const ALGORITHMS = {
  "RSA-2048": rsa(2048),
  "RSA-1024": rsa(1024),
  "P-256": { name: "ECDSA", namedCurve: "P-256" },
  "P-384": { name: "ECDSA", namedCurve: "P-384" },
  "P-521": { name: "ECDSA", namedCurve: "P-521" },
};

const DAY = 86_400_000;

/** A self-signed certificate and its key. */
export async function createCertificate(
  name: keyof typeof ALGORITHMS,
  change: CertificateChange = {},
): Promise<TestCertificate> {
  const { subtle } = webcrypto;
  const keys = (await subtle.generateKey(ALGORITHMS[name], true, [
    "sign",
    "verify",
  ])) as webcrypto.CryptoKeyPair;
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ value: 4711 });
  for (const party of [certificate.issuer, certificate.subject]) {
    const value = new Utf8String({ value: "Stadtwerk Müller" });
    party.typesAndValues.push(new AttributeTypeAndValue({ type: "2.5.4.3", value }));
  }
  certificate.notBefore.value = change.notBefore ?? new Date(Date.now() - DAY);
  certificate.notAfter.value = change.notAfter ?? new Date(Date.now() + DAY);
  if (change.keyUsage !== undefined) {
    const bits = new BitString({ valueHex: Uint8Array.of(change.keyUsage) });
    const extnValue = bits.toBER();
    certificate.extensions = [
      new Extension({ extnID: "2.5.29.15", critical: true, extnValue, parsedValue: bits }),
    ];
  }
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey);
  await certificate.sign(keys.privateKey, "SHA-256");
  const pkcs8 = await subtle.exportKey("pkcs8", keys.privateKey);
  return {
    certificate: pem("CERTIFICATE", certificate.toSchema(true).toBER()),
    privateKey: pem("PRIVATE KEY", pkcs8),
  };
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
