/**
 * What the log's mathematics needs of its surroundings.
 *
 * The tree, its tiles and its notes are checked by the core, by the command and in the auditor's
 * browser. They come with their own SHA-256 and Ed25519, so nothing here is of one platform.
 *
 * @module
 */

/** SHA-256 over the parts, one after the other (FIPS 180-4). */
export type Sha256 = (...parts: readonly Uint8Array[]) => Uint8Array;

export interface Primitives {
  readonly sha256: Sha256;
  /** Ed25519 (RFC 8032 §5.1.7); false for a key or signature of any wrong form. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

/** Tells whether two public byte strings are the same; not for secrets. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
