/**
 * The claimer's two P-256 key pairs: one to open the share, one to sign the receipt.
 *
 * A link is bound to both at the claim, so only their holder can retry or confirm. The command
 * line client may export them to resume later; the page keeps them non-extractable.
 *
 * @module
 */
import { HandoverError } from "./errors.ts";
import type { PlatformKey } from "./share.ts";

const CURVE = "P-256";
const ECDH = { name: "ECDH", namedCurve: CURVE } as const;
const ECDSA = { name: "ECDSA", namedCurve: CURVE } as const;

export interface ClaimKeys {
  readonly hpkePrivate: PlatformKey;
  readonly signPrivate: PlatformKey;
  /** 65 bytes, uncompressed. */
  readonly pk: Uint8Array;
  readonly sigPk: Uint8Array;
}

/** A key pair as JWK (RFC 7517), for a file that only its owner can read. */
export type StoredKey = Awaited<ReturnType<typeof exportJwk>>;

export interface StoredClaimKeys {
  readonly hpke: StoredKey;
  readonly sign: StoredKey;
}

/** Draws both pairs. */
export async function generateClaimKeys(extractable: boolean): Promise<ClaimKeys> {
  const hpke = await crypto.subtle.generateKey(ECDH, extractable, ["deriveBits"]);
  const sign = await crypto.subtle.generateKey(ECDSA, extractable, ["sign"]);
  return {
    hpkePrivate: hpke.privateKey,
    signPrivate: sign.privateKey,
    pk: await rawPoint(hpke.publicKey),
    sigPk: await rawPoint(sign.publicKey),
  };
}

/** Writes both pairs; they must have been generated as extractable. */
export async function exportClaimKeys(keys: ClaimKeys): Promise<StoredClaimKeys> {
  return { hpke: await exportJwk(keys.hpkePrivate), sign: await exportJwk(keys.signPrivate) };
}

/**
 * Reads both pairs back.
 *
 * @throws {@link HandoverError} `RESUME_FORMAT`
 */
export async function importClaimKeys(stored: StoredClaimKeys): Promise<ClaimKeys> {
  try {
    return {
      hpkePrivate: await crypto.subtle.importKey("jwk", stored.hpke, ECDH, true, ["deriveBits"]),
      signPrivate: await crypto.subtle.importKey("jwk", stored.sign, ECDSA, true, ["sign"]),
      pk: await rawPoint(await importPublic(stored.hpke, ECDH)),
      sigPk: await rawPoint(await importPublic(stored.sign, ECDSA)),
    };
  } catch (cause) {
    throw new HandoverError("RESUME_FORMAT", "resume file: holds no pair of keys", { cause });
  }
}

/**
 * Checks that 65 bytes are a point of P-256 (SEC 1 §3.2.2.1; WebCrypto validates on import).
 *
 * @throws {@link HandoverError} `KEY_POINT`
 */
export async function demandPoint(point: Uint8Array): Promise<void> {
  try {
    if (point.length !== 65 || point[0] !== 4) {
      throw new RangeError("expected an uncompressed point");
    }
    await crypto.subtle.importKey("raw", Uint8Array.from(point), ECDSA, true, ["verify"]);
  } catch (cause) {
    throw new HandoverError("KEY_POINT", "public key: expected an uncompressed P-256 point", {
      cause,
    });
  }
}

async function importPublic(
  stored: StoredKey,
  algorithm: typeof ECDH | typeof ECDSA,
): Promise<PlatformKey> {
  const { kty = "", crv = "", x = "", y = "" } = stored;
  const usages = algorithm.name === "ECDSA" ? (["verify"] as const) : [];
  return await crypto.subtle.importKey("jwk", { kty, crv, x, y }, algorithm, true, [...usages]);
}

async function rawPoint(key: PlatformKey): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key));
}

async function exportJwk(key: PlatformKey) {
  return await crypto.subtle.exportKey("jwk", key);
}
