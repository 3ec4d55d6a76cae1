/**
 * Completes the nonce of a frame that carries no address with that of the meter which the caller
 * has named.
 *
 * @module
 */
import type { RawAddress, SealedFrame } from "./sealed-frame.ts";

const WHOLE_ADDRESS = 8;

/** Says whether the address on file has all that the nonce wants: version and medium may lack. */
export function knowsNonce({ address, suite }: SealedFrame, onFile: RawAddress): boolean {
  return address !== null || suite === "oms-kdf-a" || onFile.bytes.length === WHOLE_ADDRESS;
}

/** Answers the whole nonce; that of a frame with an address already is. */
export function completeNonce(
  { address, suite, nonce }: SealedFrame,
  { bytes }: RawAddress,
): Uint8Array {
  if (address !== null) {
    return nonce;
  }
  // KDF-A wants the number alone, at the end; system titles and wM-Bus addresses stand in front.
  return suite === "oms-kdf-a"
    ? Buffer.concat([nonce, bytes.subarray(2, 6)])
    : Buffer.concat([bytes, nonce]);
}
