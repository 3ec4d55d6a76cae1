/**
 * The package: what a customer gets, sealed by AES-256-GCM and signed by the issuer.
 *
 * Plaintext = u32be(length of manifest) ‖ manifest ‖ Ed25519 signature ‖ rows. Nothing of it is
 * believed before the signature, and the manifest must speak of the very link, header and rows
 * that it came with.
 *
 * @module
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { toBase64url } from "./base64url.ts";
import { HandoverError } from "./errors.ts";
import {
  type ListedMeter,
  type Manifest,
  type PackageContent,
  parseManifest,
  parseRows,
} from "./manifest.ts";

const CONTEXT = utf8ToBytes("meterseal/mkx1/package\n");
const SIGNATURE_LENGTH = 64;
/** One key, one message: the nonce of MKX/1 is twelve zero bytes (NIST SP 800-38D §8.2). */
const NONCE = new Uint8Array(12);

export interface ExpectedPackage {
  readonly linkId: Uint8Array;
  readonly header: Uint8Array;
  readonly now: Date;
  /** Fingerprint of the package key as printed beside the PIN; null = not pinned. */
  readonly issuer: string | null;
}

export interface OpenedPackage {
  readonly manifest: Manifest;
  readonly content: PackageContent;
  /** SHA-256 of the plaintext: what a receipt names. */
  readonly packageHash: Uint8Array;
  readonly kcvHash: Uint8Array;
  readonly issuerFingerprint: string;
}

/** Fingerprint of a package key: 16 bytes of SHA-256 as eight groups of four hex digits. */
export function issuerFingerprint(publicKey: Uint8Array): string {
  const hex = bytesToHex(sha256(publicKey).subarray(0, 16)).toUpperCase();
  return (hex.match(/.{4}/g) ?? []).join("-");
}

/**
 * Decrypts a package with the key derived from link, PIN and share.
 *
 * @throws {@link HandoverError} `PACKAGE_INTEGRITY`
 */
export async function decryptPackage(
  dek: Uint8Array,
  context: Uint8Array,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  try {
    const key = await crypto.subtle.importKey("raw", Uint8Array.from(dek), "AES-GCM", false, [
      "decrypt",
    ]);
    const parameters = { name: "AES-GCM", iv: NONCE, additionalData: Uint8Array.from(context) };
    const input = ciphertext as Uint8Array<ArrayBuffer>;
    return new Uint8Array(await crypto.subtle.decrypt(parameters, key, input));
  } catch (cause) {
    throw new HandoverError("PACKAGE_INTEGRITY", "package: does not decrypt", { cause });
  }
}

/**
 * Checks a decrypted package and answers what is in it.
 *
 * @throws {@link HandoverError} `PACKAGE_FORMAT`, `PACKAGE_SIGNATURE`, `PACKAGE_MISMATCH`,
 *   `ISSUER_MISMATCH`
 */
export function verifyPackage(plaintext: Uint8Array, expected: ExpectedPackage): OpenedPackage {
  const { manifestBytes, signature, rows } = split(plaintext);
  const manifest = parseManifest(manifestBytes);
  const fingerprint = issuerFingerprint(manifest.issuer);
  if (expected.issuer !== null && !sameFingerprint(expected.issuer, fingerprint)) {
    throw new HandoverError("ISSUER_MISMATCH", "package: signed by another issuer than expected");
  }
  const signed = concatBytes(CONTEXT, manifestBytes);
  // RFC 8032 §5.1.7 without the cofactor tolerance of ZIP 215: one signature, one verdict.
  if (!verifies(signature, signed, manifest.issuer) || !same(manifest.rowsHash, sha256(rows))) {
    throw new HandoverError("PACKAGE_SIGNATURE", "package: signature or row hash does not verify");
  }
  const content = parseRows(rows);
  demandMatch(manifest, content.meters, expected);
  const kcvs = content.meters.flatMap((meter) => meter.keys.map((key) => key.kcv)).join("");
  return {
    manifest,
    content,
    packageHash: sha256(plaintext),
    kcvHash: sha256(utf8ToBytes(kcvs)),
    issuerFingerprint: fingerprint,
  };
}

function split(plaintext: Uint8Array) {
  const view = new DataView(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
  const length = plaintext.length < 4 ? Number.POSITIVE_INFINITY : view.getUint32(0);
  const rowsAt = 4 + length + SIGNATURE_LENGTH;
  if (rowsAt > plaintext.length) {
    throw new HandoverError("PACKAGE_FORMAT", "package: shorter than its parts");
  }
  return {
    manifestBytes: plaintext.subarray(4, 4 + length),
    signature: plaintext.subarray(4 + length, rowsAt),
    rows: plaintext.subarray(rowsAt),
  };
}

function verifies(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

function demandMatch(
  manifest: Manifest,
  meters: readonly ListedMeter[],
  { linkId, header, now }: ExpectedPackage,
): void {
  const keys = meters.reduce((sum, meter) => sum + meter.keys.length, 0);
  const wrong: string[] = [];
  if (!same(manifest.linkId, linkId)) {
    wrong.push("link");
  }
  if (!same(manifest.headerHash, sha256(header))) {
    wrong.push("header");
  }
  if (manifest.meters !== meters.length || manifest.keys !== keys) {
    wrong.push("counts");
  }
  if (Date.parse(manifest.createdAt) >= Date.parse(manifest.expiresAt)) {
    wrong.push("times");
  }
  // A claimed package may be fetched again within its window, which can outlast the expiry.
  if (Date.parse(manifest.createdAt) > now.getTime() + CLOCK_TOLERANCE_MS) {
    wrong.push("creation in the future");
  }
  if (wrong.length > 0) {
    throw new HandoverError("PACKAGE_MISMATCH", `package: the manifest is of another ${wrong[0]}`);
  }
}

/** Clocks of customers' machines are off by minutes, seldom by a day. */
const CLOCK_TOLERANCE_MS = 86_400_000;

function sameFingerprint(typed: string, actual: string): boolean {
  const plain = (text: string) => text.replaceAll(/[-\s:]/g, "").toUpperCase();
  return plain(typed) === plain(actual);
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return toBase64url(a) === toBase64url(b);
}
