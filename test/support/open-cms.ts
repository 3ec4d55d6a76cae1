/**
 * Opens CMS AuthEnvelopedData with node:crypto: RFC 5083, RFC 5084 and RFC 5753 read a second
 * time, from the bytes, and nothing taken that our files do not hold.
 *
 * @module
 */
import {
  constants,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  privateDecrypt,
  X509Certificate,
} from "node:crypto";
import type { TestCertificate } from "./certificates.ts";
import { type DerNode, readDer, readMembers, SEQUENCE } from "./der.ts";

type Owner = Pick<TestCertificate, "certificate" | "privateKey">;

const OCTETS = 0x04;
const SET = 0x31;
const EXPLICIT_0 = 0xa0;
const EXPLICIT_1 = 0xa1;

/** Hex of object identifiers, whole algorithms where their parameters are fixed. */
const AUTH_ENVELOPED_DATA = "060b2a864886f70d0109100117";
const DATA = "06092a864886f70d010701";
const AES_256_GCM = "060960864801650304012e";
const AES_256_WRAP = "300b060960864801650304012d";
const EC_PUBLIC_KEY = "06072a8648ce3d0201";
const SHA_256 = "300b0609608648016503040201";
const SHA_256_WITH_NULL = "300d06096086480165030402010500";

/** RFC 5480 §2.1.1.1: secp256r1 and secp384r1. */
const CURVES: Readonly<Record<string, string>> = {
  "P-256": "06082a8648ce3d030107",
  "P-384": "06052b81040022",
};

/** RFC 5753 §7.1.4: dhSinglePass-stdDH with the KDF of X9.63. */
const SCHEMES: Readonly<Record<string, string>> = {
  "06062b8104010b01": "sha256",
  "06062b8104010b02": "sha384",
};

/** The content, or an exception. */
export function openCms(file: Uint8Array, owner: Owner): Buffer {
  const [outer] = readDer(Buffer.from(file), [SEQUENCE]);
  const [type, content] = readMembers(outer!, [0x06, EXPLICIT_0]);
  expect(type, AUTH_ENVELOPED_DATA);
  const [authEnveloped] = readMembers(content!, [SEQUENCE]);
  const [version, recipients, sealed, tag] = readMembers(authEnveloped!, [
    0x02,
    SET,
    SEQUENCE,
    OCTETS,
  ]);
  expect(version, "020100");
  const [recipient] = readMembers(recipients!);
  const contentKey =
    recipient?.tag === SEQUENCE
      ? openTransport(recipient, owner)
      : openAgreement(recipient!, owner);
  const [data, algorithm, ciphertext] = readMembers(sealed!, [0x06, SEQUENCE, 0x80]);
  expect(data, DATA);
  const [cipher, parameters] = readMembers(algorithm!, [0x06, SEQUENCE]);
  expect(cipher, AES_256_GCM);
  const [nonce, tagLength] = readMembers(parameters!, [OCTETS, 0x02]);
  // RFC 5084 §3.2: 12 octets are recommended; a tag of 16 has to be said.
  expect(tagLength, "020110");
  const opened = createDecipheriv("aes-256-gcm", contentKey, nonce!.body, { authTagLength: 16 });
  opened.setAuthTag(tag!.body);
  return Buffer.concat([opened.update(ciphertext!.body), opened.final()]);
}

/** KeyTransRecipientInfo (RFC 5652 §6.2.1) with RSAES-OAEP (RFC 4055 §4.1). */
function openTransport(recipient: DerNode, owner: Owner): Buffer {
  const [version, name, algorithm, encrypted] = readMembers(recipient, [
    0x02,
    SEQUENCE,
    SEQUENCE,
    OCTETS,
  ]);
  expect(version, "020100");
  expect(name, issuerAndSerial(owner));
  const [oaep, parameters] = readMembers(algorithm!, [0x06, SEQUENCE]);
  expect(oaep, "06092a864886f70d010107");
  const [hash, mask] = readMembers(parameters!, [EXPLICIT_0, EXPLICIT_1]);
  const [digest] = readMembers(hash!, [SEQUENCE]);
  expect(digest, SHA_256, SHA_256_WITH_NULL);
  const [mgf] = readMembers(mask!, [SEQUENCE]);
  const [mgf1, mgfDigest] = readMembers(mgf!, [0x06, SEQUENCE]);
  expect(mgf1, "06092a864886f70d010108");
  expect(mgfDigest, SHA_256, SHA_256_WITH_NULL);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return privateDecrypt({ key: owner.privateKey, padding, oaepHash: "sha256" }, encrypted!.body);
}

/** KeyAgreeRecipientInfo (RFC 5652 §6.2.2, RFC 5753 §3.1.1). */
function openAgreement(recipient: DerNode, owner: Owner): Buffer {
  expectThat(recipient.tag === EXPLICIT_1, "a key transported or agreed");
  const [version, originator, algorithm, keys] = readMembers(recipient, [
    0x02,
    EXPLICIT_0,
    SEQUENCE,
    SEQUENCE,
  ]);
  expect(version, "020103");
  const [scheme, wrap] = readMembers(algorithm!, [0x06, SEQUENCE]);
  expect(wrap, AES_256_WRAP);
  const [key] = readMembers(keys!, [SEQUENCE]);
  const [name, wrapped] = readMembers(key!, [SEQUENCE, OCTETS]);
  expect(name, issuerAndSerial(owner));
  const privateKey = createPrivateKey(owner.privateKey);
  const publicKey = originatorKey(originator!, privateKey.export({ format: "jwk" }));
  const shared = diffieHellman({ privateKey, publicKey });
  // SEQUENCE { { id-aes256-wrap }, [2] { OCTET STRING 00000100 } }
  const info = Buffer.from(`3015${AES_256_WRAP}a206040400000100`, "hex");
  const kek = createHash(SCHEMES[scheme!.whole.toString("hex")] ?? "")
    .update(Buffer.concat([shared, Buffer.of(0, 0, 0, 1), info]))
    .digest()
    .subarray(0, 32);
  const cipher = createDecipheriv("id-aes256-wrap", kek, Buffer.alloc(8, 0xa6));
  return Buffer.concat([cipher.update(wrapped!.body), cipher.final()]);
}

/** OriginatorPublicKey: a point on the owner's curve, which may or may not be named once more. */
function originatorKey(originator: DerNode, { crv }: { crv?: string }) {
  const [key] = readMembers(originator, [EXPLICIT_1]);
  const [algorithm, bits] = readMembers(key!, [SEQUENCE, 0x03]);
  const [oid, curve] = readMembers(algorithm!);
  expect(oid, EC_PUBLIC_KEY);
  if (curve !== undefined) {
    expect(curve, CURVES[crv!] ?? "");
  }
  // No unused bits, an uncompressed point (SEC 1 §2.3.3).
  const length = (bits!.body.length - 2) / 2;
  expectThat(bits!.body[0] === 0 && bits!.body[1] === 4, "an uncompressed point");
  const [x, y] = [2, 2 + length].map((at) =>
    bits!.body.subarray(at, at + length).toString("base64url"),
  );
  return createPublicKey({ key: { kty: "EC", crv: crv!, x: x!, y: y! }, format: "jwk" });
}

/** Hex of what names the owner (RFC 5652 §10.2.4), out of the certificate. */
function issuerAndSerial({ certificate }: Owner): string {
  const [outer] = readDer(new X509Certificate(certificate).raw, [SEQUENCE]);
  const [signed] = readMembers(outer!);
  const [, serial, , issuer] = readMembers(signed!);
  const body = Buffer.concat([issuer!.whole, serial!.whole]);
  expectThat(body.length < 128, "a short name");
  return Buffer.of(SEQUENCE, body.length, ...body).toString("hex");
}

function expect(node: DerNode | undefined, ...either: readonly string[]): void {
  expectThat(either.includes(node?.whole.toString("hex") ?? ""), either.join(" or "));
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(`CMS: expected ${what}`);
  }
}
