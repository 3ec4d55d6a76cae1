/**
 * What a recipient may be enrolled with: an age recipient, a certificate, an RSA public key. Read
 * strictly at the door, because whatever passes will be given keys.
 *
 * The fingerprint is the beginning of SHA-256 over bytes that the recipient's own tools show: the
 * text of the age recipient, the DER of the certificate or of the SubjectPublicKeyInfo.
 *
 * @module
 */
import {
  constants,
  createHash,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  X509Certificate,
} from "node:crypto";
import { Problem } from "../../base/problem.ts";
import { decodeBech32 } from "./bech32.ts";

export type RecipientKind = "age" | "cms" | "rsa-oaep" | "aes-kwp";

export interface RecipientKey {
  readonly kind: Exclude<RecipientKind, "aes-kwp">;
  /** Canonical bytes, as they are stored and fingerprinted. */
  readonly key: Uint8Array;
  readonly fingerprint: string;
  /** When its certificate ends, RFC 3339; null for keys without one. */
  readonly expiresAt: string | null;
  /** What is allowed and should be better. */
  readonly warnings: readonly string[];
}

/** Below: refused. Below the second: warned of (BSI TR-02102-1). */
const RSA_BITS = { least: 2048, recommended: 3072 };
/** FIPS 186-5 §A.1.1. With an exponent of 1 the ciphertext would be the padded key itself. */
const EXPONENT = { over: 2n ** 16n, under: 2n ** 256n };
const CURVES: ReadonlySet<string | undefined> = new Set(["prime256v1", "secp384r1"]);

/** @throws {@link Problem} 400 `RECIPIENT_KEY`, `PRIVATE_KEY` */
export function readAgeRecipient(text: string): RecipientKey {
  const plain = text.trim().toLowerCase();
  // Anywhere: an identity file begins with comments.
  if (plain.includes("age-secret-key-")) {
    throw privateKey("/age");
  }
  if (ageBytes(plain) === null) {
    throw unusable("expected an age recipient, age1… or age1pq1…", "/age");
  }
  const key = Buffer.from(plain, "ascii");
  return { kind: "age", key, fingerprint: fingerprintOf(key), expiresAt: null, warnings: [] };
}

/** The public key inside a recipient's text; null when it is none of the two native kinds. */
export function ageBytes(text: string): Uint8Array | null {
  const { prefix, bytes } = decodeBech32(text) ?? {};
  const isX25519 = prefix === "age" && bytes?.length === 32;
  const isHybrid = prefix === "age1pq" && bytes?.length === 1216;
  return (isX25519 || isHybrid) && bytes !== undefined ? bytes : null;
}

/** @throws {@link Problem} 400 `RECIPIENT_KEY`, `PRIVATE_KEY`, `CERTIFICATE_TIME` */
export function readCertificate(pem: string, now: Date, pointer = "/certificate"): RecipientKey {
  const { certificate, publicKey } = parsed(pem, pointer, () => {
    const read = new X509Certificate(pem);
    // Read here, because its key is parsed no sooner than it is asked for.
    return { certificate: read, publicKey: read.publicKey };
  });
  const from = new Date(certificate.validFrom);
  const to = new Date(certificate.validTo);
  if (!(from.getTime() <= now.getTime() && now.getTime() < to.getTime())) {
    throw new Problem(400, "CERTIFICATE_TIME", "the certificate is not valid now", pointer);
  }
  const warnings = demandStrength(publicKey, pointer);
  const key = new Uint8Array(certificate.raw);
  return {
    kind: "cms",
    key,
    fingerprint: fingerprintOf(key),
    expiresAt: to.toISOString(),
    warnings,
  };
}

/** @throws {@link Problem} 400 `RECIPIENT_KEY`, `PRIVATE_KEY` */
export function readRsaKey(pem: string): RecipientKey {
  const publicKey = parsed(pem, "/rsa", () => createPublicKey(pem));
  if (publicKey.asymmetricKeyType !== "rsa") {
    throw unusable("expected an RSA public key", "/rsa");
  }
  const warnings = demandStrength(publicKey, "/rsa");
  const key = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
  return { kind: "rsa-oaep", key, fingerprint: fingerprintOf(key), expiresAt: null, warnings };
}

/** SHA-256 of a client certificate, as the TLS listener of the exchange compares it. */
export function clientCertificateHash(pem: string, now: Date): Uint8Array {
  const { key } = readCertificate(pem, now, "/clientCertificate");
  return new Uint8Array(createHash("sha256").update(key).digest());
}

/** The first 16 bytes of SHA-256, grouped. */
export function fingerprintOf(bytes: Uint8Array): string {
  return grouped(createHash("sha256").update(bytes).digest().subarray(0, 16));
}

/** Sixteen bytes as eight groups of four hex digits. */
export function grouped(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex").toUpperCase();
  return (hex.match(/.{4}/g) ?? []).join("-");
}

function demandStrength(key: KeyObject, pointer: string): string[] {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "rsa" && modulusLength >= RSA_BITS.least && encrypts(key)) {
    return modulusLength < RSA_BITS.recommended
      ? [`RSA of ${modulusLength} bits: BSI TR-02102-1 asks for ${RSA_BITS.recommended}`]
      : [];
  }
  if (key.asymmetricKeyType === "ec" && CURVES.has(namedCurve)) {
    return [];
  }
  const strong = `RSA of at least ${RSA_BITS.least} bits with an odd exponent above 65536`;
  throw unusable(`expected ${strong}, P-256 or P-384`, pointer);
}

/** Not every pair of numbers is a key: what cannot be used is refused before anybody waits for it. */
function encrypts(key: KeyObject): boolean {
  const { publicExponent: e = 0n } = key.asymmetricKeyDetails ?? {};
  if (!(EXPONENT.over < e && e < EXPONENT.under && e % 2n === 1n)) {
    return false;
  }
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    publicEncrypt({ key, padding, oaepHash: "sha256" }, new Uint8Array(32));
    return true;
  } catch {
    return false;
  }
}

function parsed<T>(pem: string, pointer: string, parse: () => T): T {
  // A parser would take the public half out of a private key: that it came here is the fault.
  if (/PRIVATE KEY/.test(pem)) {
    throw privateKey(pointer);
  }
  try {
    return parse();
  } catch {
    // No cause: the parser's message may quote what it read.
    throw unusable("expected PEM", pointer);
  }
}

function unusable(detail: string, pointer: string): Problem {
  return new Problem(400, "RECIPIENT_KEY", detail, pointer);
}

function privateKey(pointer: string): Problem {
  const detail = "this is a private key: keep it, draw a new one if others have seen it";
  return new Problem(400, "PRIVATE_KEY", detail, pointer);
}
