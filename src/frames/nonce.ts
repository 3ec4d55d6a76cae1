/**
 * Completes the nonce of a frame that carries no address, mostly with that of the meter which the
 * caller has named.
 *
 * @module
 */
import type { RawAddress, SealedFrame, Suite } from "./sealed-frame.ts";

const WHOLE_ADDRESS = 8;
/** What the nonce of each suite wants of the address, where the frame has none. */
const WANTED: Readonly<Record<Suite, "address" | "number" | "nothing">> = {
  "oms-cbc": "address",
  "oms-kdf-a": "number",
  "oms-ccm": "address",
  "ell-ctr": "address",
  "dlms-gcm": "address",
  lorawan: "nothing",
  "lorawan-join": "nothing",
  "cose-gcm": "nothing",
};

/** Says whether the address on file has all that the nonce wants: version and medium may lack. */
export function knowsNonce({ address, suite }: SealedFrame, onFile: RawAddress): boolean {
  return address !== null || WANTED[suite] !== "address" || onFile.bytes.length === WHOLE_ADDRESS;
}

/** Answers the whole nonce of a frame's readings; that of a frame with an address already is. */
export function completeNonce(
  candidates: readonly SealedFrame[],
  { bytes }: RawAddress,
): Uint8Array {
  const { address, suite, nonce } = candidates[0]!;
  if (address !== null) {
    return nonce;
  }
  switch (WANTED[suite]) {
    case "address":
      // System titles and wM-Bus addresses stand in front.
      return Buffer.concat([bytes, nonce]);
    case "number":
      // KDF-A wants the number alone, at the end.
      return Buffer.concat([nonce, bytes.subarray(2, 6)]);
    case "nothing":
      // Each reading of a LoRaWAN counter has a nonce of its own; a COSE message has one reading.
      return Buffer.concat(candidates.map((sealed) => sealed.nonce));
  }
}
