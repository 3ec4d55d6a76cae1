/**
 * Makes key files as makers do, with `node:crypto` and `xml-crypto` instead of the code under test.
 *
 * @module
 */
import { createCipheriv, createSign } from "node:crypto";
import { zipSync } from "fflate";
import { SignedXml } from "xml-crypto";
import type { TestCertificate } from "./certificates.ts";

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
export function signXml(
  xml: string,
  signer: TestCertificate,
  options: SigningOptions = {},
): string {
  const { withCertificate = true } = options;
  const signed = new SignedXml({
    privateKey: signer.privateKey,
    ...(withCertificate ? { publicCert: signer.certificate } : {}),
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
export function derOf({ certificate }: TestCertificate): string {
  return certificate.replace(/-----[^-]+-----|\s/g, "");
}

/** The library cannot sign with curves: the value is replaced by one that `node:crypto` makes. */
export function signXmlByCurve(xml: string, rsa: TestCertificate, ec: TestCertificate): string {
  const signed = signXml(xml, rsa)
    .replace(RSA_SHA256, RSA_SHA256.replace("rsa", "ecdsa"))
    .replace(/(?<=<X509Certificate>).*(?=<\/X509C)/s, derOf(ec));
  const signer = createSign("sha256").update(canonicalInfo(signed));
  const value = signer.sign({ key: ec.privateKey, dsaEncoding: "ieee-p1363" }, "base64");
  return signed.replace(/(?<=<SignatureValue>).*(?=<\/SignatureValue>)/s, value);
}

/** SignedInfo of a signed document in exclusive canonical form, by hand. */
export function canonicalInfo(signed: string): string {
  const [info = ""] = /<SignedInfo>.*<\/SignedInfo>/s.exec(signed) ?? [];
  return info
    .replace("<SignedInfo", '<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#"')
    .replace(/<(\w+)([^<>]*)\/>/g, "<$1$2></$1>");
}
