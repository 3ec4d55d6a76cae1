/**
 * CMS to an X.509 certificate: the JSON document under AES-256-GCM, in DER.
 *
 * AuthEnvelopedData and not EnvelopedData, because CBC without authentication can be changed on
 * its way so that the opener betrays the content (EFAIL). OpenSSL reads it since 3.0.
 *
 * {@link https://www.rfc-editor.org/rfc/rfc5083 | RFC 5083},
 * {@link https://www.rfc-editor.org/rfc/rfc5084 | RFC 5084 §3.2} for AES-GCM in CMS
 *
 * @module
 */
import {
  Set as AsnSet,
  type AsnType,
  Integer,
  ObjectIdentifier,
  OctetString,
  Primitive,
} from "asn1js";
import type { Bundle } from "../../protocol/bundle.ts";
import type { Exported, FormatOptions } from "../contract.ts";
import { fileNameOf } from "../file-name.ts";
import { bundleText } from "../json/write.ts";
import { readCertificate } from "./certificate.ts";
import { algorithmOf, explicit, recipientInfo, sequence } from "./recipient.ts";

const AUTH_ENVELOPED_DATA = "1.2.840.113549.1.9.16.1.23";
const DATA = "1.2.840.113549.1.7.1";
const AES_256_GCM = "2.16.840.1.101.3.4.1.46";
const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;

/** Encrypts every meter to the certificate. */
export async function writeCms(bundle: Bundle, options: FormatOptions): Promise<Exported> {
  const recipient = readCertificate(options.certificate ?? "", new Date());
  const contentKey = crypto.getRandomValues(new Uint8Array(KEY_LENGTH));
  const info = await recipientInfo(recipient, contentKey);
  const content = new TextEncoder().encode(bundleText(bundle));
  const bytes = await authEnvelopedData(contentKey, info, content);
  contentKey.fill(0);
  return {
    bytes,
    fileName: fileNameOf(bundle, "json.p7m"),
    mediaType: 'application/pkcs7-mime; smime-type="authEnveloped-data"',
    refused: [],
  };
}

/** ContentInfo with AuthEnvelopedData, version 0, without authenticated attributes. */
async function authEnvelopedData(
  contentKey: Uint8Array<ArrayBuffer>,
  info: AsnType,
  content: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const { subtle } = crypto;
  const key = await subtle.importKey("raw", contentKey, "AES-GCM", false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_LENGTH));
  const sealed = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, key, content));
  const ciphertext = sealed.slice(0, -TAG_LENGTH);
  const parameters = sequence(
    new OctetString({ valueHex: iv }),
    new Integer({ value: TAG_LENGTH }),
  );
  const encrypted = sequence(
    new ObjectIdentifier({ value: DATA }),
    algorithmOf(AES_256_GCM, parameters),
    // EncryptedContent [0] IMPLICIT OCTET STRING.
    new Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: ciphertext }),
  );
  const authEnveloped = sequence(
    new Integer({ value: 0 }),
    new AsnSet({ value: [info] }),
    encrypted,
    new OctetString({ valueHex: sealed.slice(-TAG_LENGTH) }),
  );
  const type = new ObjectIdentifier({ value: AUTH_ENVELOPED_DATA });
  return new Uint8Array(sequence(type, explicit(0, authEnveloped)).toBER());
}
