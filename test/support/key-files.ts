/**
 * Makes key files as makers do, with `node:crypto` and `pkijs` instead of the code under test.
 *
 * @module
 */
import {
  createCipheriv,
  createPrivateKey,
  createSign,
  webcrypto,
  X509Certificate,
} from "node:crypto";
import { Integer, Utf8String } from "asn1js";
import { zipSync } from "fflate";
import { AttributeTypeAndValue, Certificate } from "pkijs";
import { SignedXml } from "xml-crypto";

/** A meter of a KEM file; the key is a DEK. */
export interface KemMeter {
  readonly serial: string;
  readonly key: string;
  readonly number?: string;
  readonly maker?: string;
}

/** The opened document of a KEM file. */
export function kemXml(meters: readonly KemMeter[], more = ""): string {
  const inner = meters.map(
    ({ serial, key, number = serial, maker = "KAM" }) =>
      `<Meter><MeterNo>${number}</MeterNo><SerialNo>${serial}</SerialNo><EncKeys><DEK>${key}</DEK>${more}</EncKeys><MeterName>MC21</MeterName><ConsumptionType>VolumeCold</ConsumptionType><ConfigNo></ConfigNo><ProgramNo/><TypeNo>02146C0K879</TypeNo><VendorId>${maker}</VendorId></Meter>`,
  );
  return `<MetersInOrder>${inner.join("")}</MetersInOrder>`;
}

/** The opened document of a KEM2 file. */
export function kem2Xml(meters: readonly KemMeter[]): string {
  const inner = meters.map(
    ({ serial, key, number = serial, maker = "KAM" }) =>
      `<Device><ShortName>MC403</ShortName><ConsumptionTypeName>Heat</ConsumptionTypeName><CustomerDeviceNumber>${number}</CustomerDeviceNumber><SerialNumber>${serial}</SerialNumber><ManufacturerId>${maker}</ManufacturerId><ConfigNumber>1</ConfigNumber><TypeNumber>403</TypeNumber><Keys><Key><Name>DEK</Name><Value>${key}</Value></Key></Keys></Device>`,
  );
  return `<Devices>${inner.join("")}</Devices>`;
}

/** Encrypts as Kamstrup does: the passphrase is key and IV. */
export function encryptKem(xml: string | Uint8Array, passphrase: string): string {
  const key = Buffer.alloc(16);
  key.write(passphrase);
  const cipher = createCipheriv("aes-128-cbc", key, key);
  const value = Buffer.concat([cipher.update(xml), cipher.final()]).toString("base64");
  const lines = value.replace(/(.{65})/g, "$1\r\n");
  const xenc = "http://www.w3.org/2001/04/xmlenc#";
  return `<?xml version="1.0" encoding="utf-8"?><EncryptedData Type="${xenc}aes128-cbc" xmlns="${xenc}">\n<EncryptionMethod Algorithm="${xenc}aes128-cbc" />\n<CipherData>\n<CipherValue>\n${lines}</CipherValue></CipherData></EncryptedData>`;
}

/** An archive as the maker's service gives it: the key file and a schema. */
export function zipKem(text: string, name = "363A6D7848DF4882.kem"): Uint8Array {
  const encode = (content: string): Uint8Array => new TextEncoder().encode(content);
  return zipSync({ [name]: encode(text), "meter_information_file.xsd": encode("<schema/>") });
}

/** A private key and its self-signed certificate, PEM. */
export interface Identity {
  readonly key: string;
  readonly certificate: string;
  /** SHA-256 of the certificate, hex. */
  readonly fingerprint: string;
}

const ALGORITHMS = {
  rsa: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  },
  ec: { name: "ECDSA", namedCurve: "P-256" },
};

/** Makes a pair of keys and a certificate of its own for them. */
export async function makeIdentity(name: string, kind: "rsa" | "ec"): Promise<Identity> {
  const { subtle } = webcrypto;
  const keys = await subtle.generateKey(ALGORITHMS[kind], true, ["sign", "verify"]);
  const { privateKey, publicKey } = keys as webcrypto.CryptoKeyPair;
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = new Integer({ value: 4711 });
  for (const party of [certificate.issuer, certificate.subject]) {
    const value = new Utf8String({ value: name });
    party.typesAndValues.push(new AttributeTypeAndValue({ type: "2.5.4.3", value }));
  }
  certificate.notBefore.value = new Date("2020-01-01T00:00:00Z");
  certificate.notAfter.value = new Date("2049-01-01T00:00:00Z");
  await certificate.subjectPublicKeyInfo.importKey(publicKey);
  await certificate.sign(privateKey, "SHA-256");
  const made = new X509Certificate(Buffer.from(certificate.toSchema(true).toBER()));
  const pkcs8 = Buffer.from(await subtle.exportKey("pkcs8", privateKey));
  const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
  return {
    key: String(key.export({ type: "pkcs8", format: "pem" })),
    certificate: made.toString(),
    fingerprint: made.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

export interface SigningOptions {
  readonly algorithm?: string;
  readonly digest?: string;
  readonly transforms?: readonly string[];
  readonly canonicalization?: string;
  readonly xpath?: string;
  readonly isEmptyUri?: boolean;
  readonly withCertificate?: boolean;
}

export const EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#";
export const INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
export const ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
export const RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/** Signs a document, enveloped, the signature last in its root. */
export function signXml(xml: string, identity: Identity, options: SigningOptions = {}): string {
  const { withCertificate = true } = options;
  const signed = new SignedXml({
    privateKey: identity.key,
    ...(withCertificate ? { publicCert: identity.certificate } : {}),
    signatureAlgorithm: options.algorithm ?? RSA_SHA256,
    canonicalizationAlgorithm: options.canonicalization ?? EXCLUSIVE,
  });
  signed.addReference({
    xpath: options.xpath ?? "/*",
    transforms: [...(options.transforms ?? [ENVELOPED, EXCLUSIVE])],
    digestAlgorithm: options.digest ?? "http://www.w3.org/2001/04/xmlenc#sha256",
    isEmptyUri: options.isEmptyUri ?? true,
  });
  signed.computeSignature(xml);
  return signed.getSignedXml();
}

/** Base64 of a certificate, as XML carries it. */
export function derOf({ certificate }: Identity): string {
  return certificate.replace(/-----[^-]+-----|\s/g, "");
}

/** The library cannot sign with curves: the value is replaced by one that `node:crypto` makes. */
export function signXmlByCurve(xml: string, rsa: Identity, ec: Identity): string {
  const signed = signXml(xml, rsa)
    .replace(RSA_SHA256, RSA_SHA256.replace("rsa", "ecdsa"))
    .replace(/(?<=<X509Certificate>).*(?=<\/X509C)/s, derOf(ec));
  const signer = createSign("sha256").update(canonicalInfo(signed));
  const value = signer.sign({ key: ec.key, dsaEncoding: "ieee-p1363" }, "base64");
  return signed.replace(/(?<=<SignatureValue>).*(?=<\/SignatureValue>)/s, value);
}

/** SignedInfo of a signed document in exclusive canonical form, by hand. */
export function canonicalInfo(signed: string): string {
  const [info = ""] = /<SignedInfo>.*<\/SignedInfo>/s.exec(signed) ?? [];
  return info
    .replace("<SignedInfo", '<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#"')
    .replace(/<(\w+)([^<>]*)\/>/g, "<$1$2></$1>");
}
