/**
 * Writes CMS AuthEnvelopedData ({@link https://www.rfc-editor.org/rfc/rfc5083 | RFC 5083}) with
 * AES-256-GCM (RFC 5084) for the holder of one certificate.
 *
 * RSA gets the content key by RSAES-OAEP with SHA-256 (RFC 4055 §4.1), a curve of NIST by
 * ephemeral-static ECDH with the KDF of X9.63 and AES-256 key wrap (RFC 5753 §3.1).
 *
 * @module
 */
import {
  constants,
  createCipheriv,
  createHash,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from "node:crypto";
import { KeystoreError } from "../errors.ts";
import {
  bitString,
  element,
  integer,
  issuerAndSerial,
  members,
  octetString,
  objectIdentifier as oid,
  sequence,
  setOf,
  tagged,
} from "./der.ts";
import { wrapAesKey } from "./key-wrap.ts";

const AUTH_ENVELOPED_DATA = oid("1.2.840.113549.1.9.16.1.23");
const DATA = oid("1.2.840.113549.1.7.1");
const AES_256_GCM = oid("2.16.840.1.101.3.4.1.46");
const AES_256_WRAP = oid("2.16.840.1.101.3.4.1.45");
const EC_PUBLIC_KEY = oid("1.2.840.10045.2.1");
const RSAES_OAEP = oid("1.2.840.113549.1.1.7");
const MGF1 = oid("1.2.840.113549.1.1.8");
const SHA_256 = sequence(oid("2.16.840.1.101.3.4.2.1"));
const TAG_LENGTH = 16;

/** Curves, with the KDF whose strength fits (RFC 5753 §7.1.4: dhSinglePass-stdDH-…-scheme). */
const CURVES = {
  prime256v1: { scheme: "1.3.132.1.11.1", hash: "sha256" },
  secp384r1: { scheme: "1.3.132.1.11.2", hash: "sha384" },
} as const;

/**
 * Encrypts to a certificate in DER.
 *
 * @throws {@link KeystoreError} `RECIPIENT_KEY`
 */
export function cmsFile(certificate: Uint8Array, plaintext: Uint8Array): Buffer {
  const contentKey = randomBytes(32);
  try {
    const recipient = recipientInfo(certificate, contentKey);
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", contentKey, nonce);
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    const parameters = sequence(octetString(nonce), integer(TAG_LENGTH));
    const content = sequence(
      DATA,
      sequence(AES_256_GCM, parameters),
      // [0] IMPLICIT OCTET STRING: primitive.
      element(0x80, ciphertext),
    );
    return sequence(
      AUTH_ENVELOPED_DATA,
      tagged(0, sequence(integer(0), setOf(recipient), content, octetString(cipher.getAuthTag()))),
    );
  } finally {
    contentKey.fill(0);
  }
}

function recipientInfo(certificate: Uint8Array, contentKey: Uint8Array): Buffer {
  const name = issuerAndSerial(certificate);
  const publicKey = keyOf(certificate);
  if (publicKey.asymmetricKeyType === "rsa") {
    return keyTransport(name, publicKey, contentKey);
  }
  const curve = publicKey.asymmetricKeyDetails?.namedCurve;
  if (curve !== "prime256v1" && curve !== "secp384r1") {
    throw new KeystoreError("RECIPIENT_KEY", "certificate: expected RSA, P-256 or P-384");
  }
  return keyAgreement(name, publicKey, curve, contentKey);
}

/** KeyTransRecipientInfo (RFC 5652 §6.2.1), version 0: named by issuer and serial number. */
function keyTransport(name: Uint8Array, publicKey: KeyObject, contentKey: Uint8Array): Buffer {
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const encrypted = publicEncrypt({ key: publicKey, padding, oaepHash: "sha256" }, contentKey);
  const parameters = sequence(tagged(0, SHA_256), tagged(1, sequence(MGF1, SHA_256)));
  return sequence(integer(0), name, sequence(RSAES_OAEP, parameters), octetString(encrypted));
}

/** KeyAgreeRecipientInfo (RFC 5652 §6.2.2, RFC 5753 §3.1.1) with a key pair for this message. */
function keyAgreement(
  name: Uint8Array,
  publicKey: KeyObject,
  curve: keyof typeof CURVES,
  contentKey: Uint8Array,
): Buffer {
  const { scheme, hash } = CURVES[curve];
  const ephemeral = generateKeyPairSync("ec", { namedCurve: curve });
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey });
  const wrap = sequence(AES_256_WRAP);
  const kek = x963(hash, shared, sharedInfo(wrap));
  shared.fill(0);
  const encrypted = wrapAesKey(kek, contentKey);
  kek.fill(0);
  // OriginatorPublicKey is [1] IMPLICIT in the choice, and the choice is [0] EXPLICIT.
  const originator = tagged(0, tagged(1, sequence(EC_PUBLIC_KEY), pointOf(ephemeral.publicKey)));
  return tagged(
    1,
    integer(3),
    originator,
    sequence(oid(scheme), wrap),
    sequence(sequence(name, octetString(encrypted))),
  );
}

/** ECC-CMS-SharedInfo (RFC 5753 §7.2) for a key of 256 bits. */
function sharedInfo(wrap: Uint8Array): Buffer {
  return sequence(wrap, tagged(2, octetString(Uint8Array.of(0, 0, 1, 0))));
}

/** One block of the KDF of X9.63 (RFC 5753 §7.1.3, SEC 1 §3.6.1): at least 32 bytes. */
function x963(hash: "sha256" | "sha384", secret: Uint8Array, info: Uint8Array): Buffer {
  return createHash(hash)
    .update(secret)
    .update(Uint8Array.of(0, 0, 0, 1))
    .update(info)
    .digest()
    .subarray(0, 32);
}

/** The point as a BIT STRING: the second member of a SubjectPublicKeyInfo. */
function pointOf(publicKey: KeyObject): Uint8Array {
  const [outer] = members(publicKey.export({ format: "der", type: "spki" }));
  const point = members(outer?.contents ?? new Uint8Array())[1];
  return bitString((point?.contents ?? new Uint8Array()).subarray(1));
}

function keyOf(certificate: Uint8Array): KeyObject {
  try {
    return new X509Certificate(certificate).publicKey;
  } catch (cause) {
    throw new KeystoreError("RECIPIENT_KEY", "certificate: cannot be read", { cause });
  }
}
