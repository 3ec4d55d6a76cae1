/**
 * The event chain of an exchange, as both sides compute it.
 *
 * h_n = SHA-256(h_{n-1} ‖ event bytes), h_0 = 32 zero bytes. The exchange signs (n, h_n) in
 * every answer that matters; two signed heads that do not lie on one chain prove a fork.
 *
 * @module
 */
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { fixedBase64url, fromBase64url, toBase64url } from "./base64url.ts";
import { type Canonical, canonicalJson } from "./canonical.ts";
import { HandoverError } from "./errors.ts";

/** h_0. */
export const EMPTY_CHAIN = new Uint8Array(32);
const CONTEXT = utf8ToBytes("meterseal/mkx1/head\n");

/** A statement of the exchange: its exact bytes and an Ed25519 signature, both base64url. */
export interface SignedHead {
  readonly head: string;
  readonly sig: string;
}

export interface Head {
  /** Name of the exchange, see {@link keyName}. */
  readonly exchange: string;
  readonly n: number;
  readonly hash: Uint8Array;
  readonly at: string;
  /** Set in the acknowledgement of a push or revocation. */
  readonly link: string | null;
  /** SHA-256 of the acknowledged request body. */
  readonly put: string | null;
  readonly state: string | null;
}

/** Name of an Ed25519 key in signatures and configuration: SHA-256(key)[0:16], base64url. */
export function keyName(publicKey: Uint8Array): string {
  return toBase64url(sha256(publicKey).subarray(0, 16));
}

/** The hash of the chain after one more event. */
export function chainHash(before: Uint8Array, event: Uint8Array): Uint8Array {
  return sha256(concatBytes(before, event));
}

/** Writes the bytes that a head's signature covers, after its context line. */
export function encodeHead(head: Head): Uint8Array {
  const fields: { [name: string]: Canonical } = {
    v: 1,
    exchange: head.exchange,
    n: head.n,
    head: toBase64url(head.hash),
    at: head.at,
  };
  for (const name of ["link", "put", "state"] as const) {
    if (head[name] !== null) {
      fields[name] = head[name];
    }
  }
  return utf8ToBytes(canonicalJson(fields));
}

/** Signs a head with the exchange's key. */
export function signHead(head: Head, sign: (message: Uint8Array) => Uint8Array): SignedHead {
  const bytes = encodeHead(head);
  return { head: toBase64url(bytes), sig: toBase64url(sign(concatBytes(CONTEXT, bytes))) };
}

/**
 * Verifies a signed head and reads it.
 *
 * @throws {@link HandoverError} `HEAD_INVALID`
 */
export function readHead(signed: unknown, publicKey: Uint8Array): Head {
  const { head, sig } = (signed ?? {}) as Partial<Record<string, unknown>>;
  const bytes = typeof head === "string" ? fromBase64url(head) : null;
  const signature = fixedBase64url(sig, 64);
  if (bytes === null || signature === null) {
    throw invalid();
  }
  let genuine = false;
  try {
    genuine = ed25519.verify(signature, concatBytes(CONTEXT, bytes), publicKey, { zip215: false });
  } catch {
    genuine = false;
  }
  if (!genuine) {
    throw invalid();
  }
  return parseHead(bytes, keyName(publicKey));
}

function parseHead(bytes: Uint8Array, exchange: string): Head {
  let fields: Partial<Record<string, unknown>>;
  try {
    fields = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) ?? {};
  } catch {
    throw invalid();
  }
  const hash = fixedBase64url(fields["head"], 32);
  const { n, at } = fields;
  const fits = fields["v"] === 1 && fields["exchange"] === exchange && Number.isSafeInteger(n);
  if (!fits || hash === null || typeof at !== "string") {
    throw invalid();
  }
  return {
    exchange,
    n: n as number,
    hash,
    at,
    link: optional(fields["link"]),
    put: optional(fields["put"]),
    state: optional(fields["state"]),
  };
}

function optional(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function invalid(): HandoverError {
  return new HandoverError("HEAD_INVALID", "signed head: does not verify");
}
