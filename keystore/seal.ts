/**
 * Seals keys for one recipient by protocol MKX/1 ("split share, bound claim").
 *
 * The link's secret F and the PIN leave here once, for their two channels; the exchange gets
 * ciphertext, the share S and hashes. Opening needs F, the PIN and S together. Derivations are
 * HKDF (RFC 5869) and scrypt (RFC 7914); the package is one AES-256-GCM message under its own key.
 *
 * @module
 */
import {
  createCipheriv,
  createHash,
  createHmac,
  randomBytes,
  randomInt,
  scrypt,
} from "node:crypto";
import type { MessagePort } from "node:worker_threads";
import type { SealedPackage, SealRequest } from "./contract.ts";
import { KEY_ROLES } from "./derive.ts";
import { KeystoreError } from "./errors.ts";
import { keyCheckValue } from "./kcv.ts";
import { openProtocolKeys } from "./open-keys.ts";
import { packageRows } from "./package-rows.ts";
import type { ServiceKeys } from "./service-keys.ts";
import type { WrappingKey } from "./wrap.ts";

/** Crockford's base32: no I, L, O, U. */
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PIN_SYMBOLS = 8;
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const TAG_LENGTH = 16;
const SIGNATURE_CONTEXT = "meterseal/mkx1/package\n";

/**
 * Seals the meters in `slices`; who listens at `helpers` writes some of them.
 *
 * @throws {@link KeystoreError} `KEY_INTEGRITY`, `KEY_MISSING`, `RECIPIENT_KEY`, `KEYSTORE_DOWN`
 */
export async function sealPackage(
  under: WrappingKey,
  service: ServiceKeys,
  request: Omit<SealRequest, "meters">,
  slices: readonly ArrayBuffer[],
  helpers: readonly MessagePort[],
): Promise<SealedPackage> {
  const [rows, secrets] = await Promise.all([
    packageRows(under, request, slices, helpers),
    drawSecrets(),
  ]);
  const header = utf8({
    v: 1,
    sender: request.sender,
    to: request.to,
    purpose: request.purpose,
    count: rows.meterCount,
    reference: request.reference,
    createdAt: request.createdAt,
    expiresAt: request.expiresAt,
    tier: tierOf(request),
  });
  const manifest = utf8({
    v: 1,
    linkId: base64url(secrets.linkId),
    headerHash: base64url(sha256(header)),
    reference: request.reference,
    customer: request.customer,
    to: request.to,
    purpose: request.purpose,
    createdAt: request.createdAt,
    expiresAt: request.expiresAt,
    meters: rows.meterCount,
    keys: rows.keyCount,
    rowsHash: base64url(sha256(...rows.pieces)),
    checkpoint: request.checkpoint,
    issuer: base64url(service.publicKey("package-signing")),
  });
  const signed = Buffer.concat([Buffer.from(SIGNATURE_CONTEXT), manifest]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(manifest.length);
  const plain = [length, manifest, service.sign("package-signing", signed), ...rows.pieces];
  const packageHash = sha256(...plain);
  const aad = Buffer.concat([secrets.linkId, sha256(header)]);
  const ciphertext = encryptOnce(secrets.dek, aad, plain);
  secrets.dek.fill(0);
  return {
    fragment: base64url(secrets.fragment),
    pin: secrets.shownPin,
    linkId: secrets.linkId,
    header,
    ciphertext,
    share: secrets.share,
    authHash: sha256(secrets.authKey),
    pinHash: sha256(secrets.pinProof),
    receiptHash: sha256(secrets.receiptProof),
    packageHash,
    kcvHash: rows.kcvHash,
    keyCount: rows.keyCount,
  };
}

/** One key, one message: the zero nonce is unique for the DEK (SP 800-38D §8). Wipes `plain`. */
function encryptOnce(dek: Uint8Array, aad: Uint8Array, plain: readonly Uint8Array[]): Uint8Array {
  const cipher = createCipheriv("aes-256-gcm", dek, Buffer.alloc(12));
  cipher.setAAD(aad);
  const out = new Uint8Array(plain.reduce((sum, piece) => sum + piece.length, TAG_LENGTH));
  let at = 0;
  for (const piece of plain) {
    out.set(cipher.update(piece), at);
    at += piece.length;
    piece.fill(0);
  }
  cipher.final();
  out.set(cipher.getAuthTag(), at);
  return out;
}

async function drawSecrets() {
  const fragment = randomBytes(32);
  const share = randomBytes(32);
  const pin = Array.from({ length: PIN_SYMBOLS }, () => SYMBOLS.charAt(randomInt(32))).join("");
  const prk = hkdfExtract(Buffer.from("meterseal/mkx1"), fragment);
  const linkId = hkdfExpand(prk, "link-id", 16);
  // Not in this thread: it has rows to write.
  const stretched = await stretch(pin, hkdfExpand(prk, "pin-salt", 32));
  const pinProof = stretched.subarray(0, 32);
  const pinKey = stretched.subarray(32);
  const prk2 = hkdfExtract(linkId, Buffer.concat([fragment, share, pinKey]));
  return {
    fragment,
    share,
    shownPin: `${pin.slice(0, 4)}-${pin.slice(4)}-${checkSymbol(pin)}`,
    linkId,
    authKey: hkdfExpand(prk, "auth", 32),
    pinProof,
    dek: hkdfExpand(prk2, "dek", 32),
    receiptProof: hkdfExpand(prk2, "receipt", 32),
  };
}

function stretch(pin: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, 64, SCRYPT, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** Odd weights are invertible modulo 32: every single mistyped symbol changes the check symbol. */
function checkSymbol(pin: string): string {
  let sum = 0;
  for (let i = 0; i < pin.length; i++) {
    sum += (2 * i + 1) * SYMBOLS.indexOf(pin.charAt(i));
  }
  return SYMBOLS.charAt(sum % 32);
}

/** 1 a person with link and PIN, 2 a person's own key as well, 3 a machine (exchange: tiers). */
function tierOf({ recipient }: Pick<SealRequest, "recipient">): 1 | 2 | 3 {
  if (recipient === undefined) {
    return 1;
  }
  const isPersons = recipient.kind === "age" || recipient.kind === "cms";
  return isPersons && !recipient.demandsCertificate ? 2 : 3;
}

/** Key check value of the first key that encrypts or joins: what two people compare. */
export function mainKeyCheckValue(
  under: WrappingKey,
  profile: SealRequest["meters"][number]["profile"],
  rows: SealRequest["meters"][number]["keys"],
): string {
  let kcv = "";
  for (const { type, key } of openProtocolKeys(under, profile, rows)) {
    using secret = key;
    const role = KEY_ROLES[type];
    if (kcv === "" && (role === "encryption" || role === "join")) {
      kcv = keyCheckValue(secret);
    }
  }
  if (kcv === "") {
    throw new KeystoreError("KEY_MISSING", "key check value: the meter has no such key");
  }
  return kcv;
}

/** RFC 5869 §2.2. */
function hkdfExtract(salt: Uint8Array, ikm: Uint8Array): Buffer {
  return createHmac("sha256", salt).update(ikm).digest();
}

/** RFC 5869 §2.3, one block: no output here is longer than the hash. */
function hkdfExpand(prk: Uint8Array, info: string, length: number): Buffer {
  return createHmac("sha256", prk)
    .update(info)
    .update(Uint8Array.of(1))
    .digest()
    .subarray(0, length);
}

function utf8(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), "utf8");
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

function sha256(...pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const piece of pieces) {
    hash.update(piece);
  }
  return hash.digest();
}
