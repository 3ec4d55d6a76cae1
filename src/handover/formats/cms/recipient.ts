/**
 * How the content key reaches the recipient: by RSA-OAEP, or by an agreed key and AES Key Wrap.
 *
 * {@link https://www.rfc-editor.org/rfc/rfc5652 | RFC 5652 §6.2},
 * {@link https://www.rfc-editor.org/rfc/rfc4055 | RFC 4055 §4.1} for RSAES-OAEP,
 * {@link https://www.rfc-editor.org/rfc/rfc5753 | RFC 5753 §3.1} for ephemeral-static ECDH
 *
 * @module
 */
import {
  type AsnType,
  BitString,
  Constructed,
  Integer,
  ObjectIdentifier,
  OctetString,
  Sequence,
} from "asn1js";
import type { Certificate } from "pkijs";
import { badOption } from "../option.ts";
import type { RecipientCertificate } from "./certificate.ts";

const RSAES_OAEP = "1.2.840.113549.1.1.7";
const MGF1 = "1.2.840.113549.1.1.8";
const SHA_256 = "2.16.840.1.101.3.4.2.1";
const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
const AES_256_WRAP = "2.16.840.1.101.3.4.1.45";

/** dhSinglePass-stdDH with the KDF of X9.63 and this hash (RFC 5753 §7.1.4). */
const AGREEMENTS = {
  "P-256": {
    curve: "1.2.840.10045.3.1.7",
    scheme: "1.3.132.1.11.1",
    hash: "SHA-256",
    bits: 256,
  },
  "P-384": { curve: "1.3.132.0.34", scheme: "1.3.132.1.11.2", hash: "SHA-384", bits: 384 },
} as const;

type Curve = keyof typeof AGREEMENTS;
type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Writes the RecipientInfo that holds the content key.
 *
 * @throws {@link FormatError} `FORMAT_OPTION` when the certificate's key is none
 */
export async function recipientInfo(
  recipient: RecipientCertificate,
  contentKey: Bytes,
): Promise<AsnType> {
  const { algorithm, spki, certificate } = recipient;
  try {
    return algorithm === "RSA"
      ? keyTransport(certificate, await encryptOaep(spki, contentKey))
      : await keyAgreement(certificate, algorithm, spki, contentKey);
  } catch (cause) {
    throw badOption("certificate", "expected one whose public key can be used", cause);
  }
}

async function encryptOaep(spki: Bytes, contentKey: Bytes): Promise<ArrayBuffer> {
  const algorithm = { name: "RSA-OAEP", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["encrypt"]);
  return await crypto.subtle.encrypt({ name: "RSA-OAEP" }, key, contentKey);
}

/** KeyTransRecipientInfo, version 0: the recipient is named by issuer and serial number. */
function keyTransport(certificate: Certificate, encryptedKey: ArrayBuffer): AsnType {
  const sha256 = algorithmOf(SHA_256);
  const parameters = sequence(explicit(0, sha256), explicit(1, algorithmOf(MGF1, sha256)));
  return sequence(
    new Integer({ value: 0 }),
    issuerAndSerial(certificate),
    algorithmOf(RSAES_OAEP, parameters),
    new OctetString({ valueHex: encryptedKey }),
  );
}

/** KeyAgreeRecipientInfo, version 3, with an ephemeral key of the sender's. */
async function keyAgreement(
  certificate: Certificate,
  name: Curve,
  spki: Bytes,
  contentKey: Bytes,
): Promise<AsnType> {
  const { subtle } = crypto;
  const { curve, scheme, hash, bits } = AGREEMENTS[name];
  const algorithm = { name: "ECDH", namedCurve: name };
  const theirs = await subtle.importKey("spki", spki, algorithm, false, []);
  const ours = await subtle.generateKey(algorithm, false, ["deriveBits"]);
  const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, bits);
  const kek = await deriveKek(new Uint8Array(shared), hash);
  const wrapped = await wrapKey(kek, contentKey);
  const point = await subtle.exportKey("raw", ours.publicKey);
  // OriginatorPublicKey [1] IMPLICIT: its tag stands in the place of SEQUENCE.
  const originator = implicit(1, [
    algorithmOf(EC_PUBLIC_KEY, new ObjectIdentifier({ value: curve })),
    new BitString({ valueHex: point }),
  ]);
  return implicit(1, [
    new Integer({ value: 3 }),
    explicit(0, originator),
    algorithmOf(scheme, algorithmOf(AES_256_WRAP)),
    sequence(sequence(issuerAndSerial(certificate), new OctetString({ valueHex: wrapped }))),
  ]);
}

/** One block of the KDF of X9.63 over ECC-CMS-SharedInfo (RFC 5753 §7.2) gives 256 bits. */
async function deriveKek(shared: Bytes, hash: "SHA-256" | "SHA-384"): Promise<Bytes> {
  const keyBits = new OctetString({ valueHex: Uint8Array.of(0, 0, 1, 0) });
  const info = new Uint8Array(sequence(algorithmOf(AES_256_WRAP), explicit(2, keyBits)).toBER());
  const input = Uint8Array.of(...shared, 0, 0, 0, 1, ...info);
  return new Uint8Array(await crypto.subtle.digest(hash, input)).slice(0, 32);
}

/** AES Key Wrap (RFC 3394). */
async function wrapKey(kek: Bytes, contentKey: Bytes): Promise<ArrayBuffer> {
  const { subtle } = crypto;
  const wrapping = await subtle.importKey("raw", kek, "AES-KW", false, ["wrapKey"]);
  const key = await subtle.importKey("raw", contentKey, "AES-GCM", true, ["encrypt"]);
  return await subtle.wrapKey("raw", key, wrapping, "AES-KW");
}

function issuerAndSerial({ issuer, serialNumber }: Certificate): AsnType {
  return sequence(issuer.toSchema(), serialNumber);
}

/** AlgorithmIdentifier; without parameters they are absent. */
export function algorithmOf(oid: string, parameters?: AsnType): AsnType {
  const id = new ObjectIdentifier({ value: oid });
  return parameters === undefined ? sequence(id) : sequence(id, parameters);
}

export function sequence(...value: AsnType[]): Sequence {
  return new Sequence({ value });
}

/** `[tag] EXPLICIT`: around the whole value. */
export function explicit(tagNumber: number, value: AsnType): Constructed {
  return implicit(tagNumber, [value]);
}

function implicit(tagNumber: number, value: AsnType[]): Constructed {
  return new Constructed({ idBlock: { tagClass: 3, tagNumber }, value });
}
