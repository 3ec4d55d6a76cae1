/**
 * AES-128-CTR of the extended link layer (EN 13757-4; Kamstrup C1).
 *
 * Counter block = M(2) ‖ A(6) ‖ CC ‖ SN(4) ‖ FN(2) = 0 ‖ BC = 0. Repeaters set bits of CC on the
 * way (hop counter 10, repeated access 02): the sender encrypted with both clear. The payload CRC
 * is the first thing encrypted.
 *
 * @module
 */
import { FrameError, type RawAddress, type SealedFrame } from "../sealed-frame.ts";
import type { EllHeader } from "./layers.ts";

const NONE = new Uint8Array(0);
const CHANGED_BY_REPEATERS = 0x12;
/** Payload CRC and one byte of data. */
const SHORTEST = 3;

/** Seals an encrypted extended link layer, or says why it cannot be one. */
export function sealEll(
  frame: Uint8Array,
  ell: EllHeader,
  address: RawAddress,
): SealedFrame | FrameError {
  if (ell.encryption !== 1) {
    return new FrameError("MODE_UNSUPPORTED", "extended link layer: reserved encryption field");
  }
  if (frame.length - ell.end < SHORTEST) {
    return new FrameError("FRAME_LENGTH", "extended link layer: no encrypted data");
  }
  const nonce = new Uint8Array(16);
  nonce.set(address.bytes);
  nonce[8] = ell.cc & ~CHANGED_BY_REPEATERS;
  for (let i = 0; i < 4; i++) {
    nonce[9 + i] = frame[ell.sessionAt + i]!;
  }
  return {
    protocol: "wmbus",
    address,
    mode: "ell",
    suite: "ell-ctr",
    nonce,
    securityControl: 0,
    aad: NONE,
    ciphertext: frame.subarray(ell.end),
    tag: NONE,
    clear: NONE,
    counter: ell.session,
  };
}

/**
 * The same frame without its last two bytes: receivers exist that leave a link CRC inside L.
 * Null where that would leave no data.
 */
export function cutTail(frame: SealedFrame): SealedFrame | null {
  const length = frame.ciphertext.length - 2;
  return length < SHORTEST ? null : { ...frame, ciphertext: frame.ciphertext.subarray(0, length) };
}
