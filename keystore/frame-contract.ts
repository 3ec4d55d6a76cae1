/**
 * A frame as the keystore takes it, and what comes of it, in types.
 *
 * @module
 */

/** The cipher suites, one file each in `suites/`. */
export type Suite =
  | "oms-cbc"
  | "oms-kdf-a"
  | "oms-ccm"
  | "ell-ctr"
  | "dlms-gcm"
  | "lorawan"
  | "lorawan-join"
  | "cose-gcm";

/**
 * How strongly a frame was verified: a tag or MAC of so many bits, or a 16-bit check that chance
 * or an attacker hits once in 65 536 tries.
 */
export type Verification =
  | `${"tag" | "mac"}${16 | 32 | 64 | 96 | 128}`
  | "crc16"
  | "check16"
  | "none";

export interface FrameBody {
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
  /** Bytes behind the ciphertext that travel in clear: a MAC covers them too. */
  readonly clear: Uint8Array;
}

/**
 * DLMS: the request that opened an association, as ciphered on the wire. It transports the
 * dedicated key of the association, which is opened and used inside and never leaves.
 */
export interface SealedInitiate {
  readonly securityControl: number;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

export interface DecryptFrame {
  /** Index into the `keys` of the same call. */
  readonly keys: number;
  readonly suite: Suite;
  /** lorawan, lorawan-join: the nonces of all candidates, one behind the other. */
  readonly nonce: Uint8Array;
  readonly securityControl: number;
  /** What a tag or MAC covers besides the ciphertext; empty where the suite has none. */
  readonly aad: Uint8Array;
  /** Readings of one frame, tried in order; the first that verifies wins. */
  readonly candidates: readonly FrameBody[];
  /** DLMS: whether a frame may be decrypted without checking its tag. */
  readonly allowUnauthenticated: boolean;
  /** DLMS: where the frame's key comes from if it is a dedicated one. */
  readonly initiate?: SealedInitiate;
}

export type DecryptOutcome =
  | {
      readonly ok: true;
      readonly plaintext: Uint8Array;
      readonly candidate: number;
      readonly keyVersion: number;
      readonly verification: Verification;
      /** Key versions that were used before and did not fit. */
      readonly tried: readonly number[];
      /** Whether the row of a newer version does not open: it is named, though an older one did. */
      readonly isDamaged: boolean;
    }
  | {
      readonly ok: false;
      readonly code:
        | "NO_KEY"
        | "KEY_LENGTH"
        | "KEY_INTEGRITY"
        | "CHECK_FAILED"
        | "MAC_FAILED"
        | "TAG_FAILED"
        | "NOT_AUTHENTICATED"
        | "NOT_ENCRYPTED";
      /** Key versions that were used in the attempt. */
      readonly tried: readonly number[];
    };

export type DecryptFailure = Extract<DecryptOutcome, { ok: false }>["code"];

/** How a meter's keys fit a frame; no plaintext comes with it. */
export interface KeyTrial {
  /**
   * `reversed`: with the bytes of the keys in the other order. `encryption-key`: a plausible APDU
   * by the encryption key without the authentication key.
   */
  readonly fit: "whole" | "reversed" | "encryption-key" | "none";
  /** What the newest version's keys failed of as they are; null where nothing failed. */
  readonly code: DecryptFailure | null;
  /** What opened it; a verification of `none` rests on the look of the plaintext alone. */
  readonly opened: Pick<
    Extract<DecryptOutcome, { ok: true }>,
    "candidate" | "keyVersion" | "verification"
  > | null;
}
