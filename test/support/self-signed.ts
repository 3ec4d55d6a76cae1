/**
 * A certificate for one name, signed by itself, for servers of a test.
 *
 * @module
 */
import { Integer, Utf8String } from "asn1js";
import {
  AttributeTypeAndValue,
  Certificate,
  Extension,
  GeneralName,
  GeneralNames,
  getCrypto,
} from "pkijs";

const COMMON_NAME = "2.5.4.3";
const SUBJECT_ALT_NAME = "2.5.29.17";
const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;

/** PEM of key and certificate, valid for an hour. */
export async function selfSigned(
  host: string,
): Promise<{ readonly key: string; readonly cert: string }> {
  const pair = await crypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ value: 1 });
  const name = new AttributeTypeAndValue({
    type: COMMON_NAME,
    value: new Utf8String({ value: host }),
  });
  certificate.issuer.typesAndValues.push(name);
  certificate.subject.typesAndValues.push(name);
  certificate.notBefore.value = new Date(Date.now() - 60_000);
  certificate.notAfter.value = new Date(Date.now() + 3_600_000);
  const names = new GeneralNames({ names: [new GeneralName({ type: 2, value: host })] });
  const extnValue = names.toSchema().toBER(false);
  certificate.extensions = [
    new Extension({ extnID: SUBJECT_ALT_NAME, critical: false, extnValue }),
  ];
  await certificate.subjectPublicKeyInfo.importKey(pair.publicKey, getCrypto(true));
  await certificate.sign(pair.privateKey, "SHA-256", getCrypto(true));
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", pair.privateKey);
  return {
    key: pem("PRIVATE KEY", pkcs8),
    cert: pem("CERTIFICATE", certificate.toSchema(true).toBER(false)),
  };
}

function pem(label: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
