/**
 * Authentication tokens of HLS mechanism 5 (IEC 62056-5-3, Green Book 9.2.7): the answer to a
 * challenge, f(challenge) = SC ‖ IC ‖ GMAC(SC ‖ AK ‖ challenge).
 *
 * A token is an authentication-only frame over nothing but the challenge, which travelled before.
 *
 * @module
 */
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import { DLMS_MODES, suiteOf, TAG_LENGTH } from "./security.ts";

/** SC(1) ‖ IC(4) ‖ tag. */
export const TOKEN_LENGTH = 5 + TAG_LENGTH;
const NONE = new Uint8Array(0);

/** Says whether bytes have the form of a token: authentication only, suite 0 to 2. */
export function isToken(bytes: Uint8Array): boolean {
  return bytes.length === TOKEN_LENGTH && bytes[0]! >= 0x10 && bytes[0]! <= 0x12;
}

/**
 * Cuts a token into its cryptographic parts.
 *
 * @throws {@link FrameError} `FRAME_FORMAT`
 */
export function sealToken(token: Uint8Array, challenge: Uint8Array): SealedFrame {
  if (!isToken(token)) {
    throw new FrameError("FRAME_FORMAT", "challenge: the frame is no token that answers one");
  }
  const nonce = token.subarray(1, 5);
  return {
    protocol: "dlms",
    address: null,
    mode: DLMS_MODES[suiteOf(token[0]!)]!,
    suite: "dlms-gcm",
    nonce,
    securityControl: token[0]!,
    aad: challenge,
    ciphertext: NONE,
    tag: token.subarray(5),
    clear: NONE,
    counter: Buffer.from(nonce).readUInt32BE(),
  };
}
