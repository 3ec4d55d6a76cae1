/**
 * What a parser hands to the keystore: one encrypted frame, cut into its cryptographic parts.
 *
 * Parsers are pure: bytes in, sealed frames out, no key and no I/O. They answer with codes from
 * the closed list below and never with a part of the frame in a message.
 *
 * @module
 */
import type { FrameBody, Profile, SealedInitiate, Suite } from "../../keystore/index.ts";
import type { RawAddress } from "../meters/address.ts";

export type { AddressKind, RawAddress } from "../meters/address.ts";

/** Why a frame was not turned into plaintext; the same word in code, HTTP and log. */
export type FrameCode =
  | "METER_UNKNOWN"
  | "NO_KEY"
  | "KEY_LENGTH"
  | "KEY_INTEGRITY"
  | "CHECK_FAILED"
  | "MAC_FAILED"
  | "TAG_FAILED"
  | "NOT_ENCRYPTED"
  | "NOT_AUTHENTICATED"
  | "PROFILE_MISMATCH"
  | "MODE_UNSUPPORTED"
  | "FRAME_CRC"
  | "FRAME_LENGTH"
  | "FRAME_FORMAT";

/** Thrown by parsers; `message` explains the code to a person and quotes no frame bytes. */
export class FrameError extends Error {
  override readonly name = "FrameError";
  readonly code: FrameCode;

  constructor(code: FrameCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type { SealedInitiate, Suite } from "../../keystore/index.ts";

/** What the frame's own header says about its protection; held against the meter's profile. */
export type FrameMode = Exclude<Profile, "wmbus">;

export interface SealedFrame extends FrameBody {
  /** `wmbus` is M-Bus by radio and by wire: the layers and profiles are the same. */
  readonly protocol: "wmbus" | "dlms" | "lorawan" | "cose";
  /**
   * Whose key opens it; null for a DLMS APDU that carries no system title and for a wired M-Bus
   * frame with a short header, whose nonce then lacks the address (see `completeNonce`); for a
   * LoRaWAN uplink, and for a COSE message without kid.
   */
  readonly address: RawAddress | null;
  readonly mode: FrameMode;
  readonly suite: Suite;
  /**
   * oms-cbc: the 16-byte IV. oms-kdf-a: D(1) ‖ C(4) ‖ ID(4), the KDF context without its constant
   * part (D = 00 from the meter, 10 to it; C as on air). oms-ccm: the 13-byte CCM nonce. ell-ctr:
   * the 16-byte initial counter block. dlms-gcm: system title (8) ‖ invocation counter (4, big
   * endian); only the 4 counter bytes where `address` is null. lorawan: DevAddr ‖ FCnt (4 each, as
   * in B0); lorawan-join: ‖ join-request ‖ join-accept. cose-gcm: the IV of 12 bytes.
   */
  readonly nonce: Uint8Array;
  /** dlms-gcm: the security control byte SC, else 0. */
  readonly securityControl: number;
  /**
   * What tag or MAC cover besides ciphertext and `clear`. oms-kdf-a: AFL fields ‖ TPL header.
   * oms-ccm: TPL header. dlms-gcm: what general-ciphering adds behind SC ‖ AK, or the challenge
   * that an authentication token answers. lorawan: MHDR ‖ FHDR ‖ FPort. cose-gcm: the
   * Enc_structure. Else empty.
   */
  readonly aad: Uint8Array;
  /** dlms-gcm with authentication only: the plaintext APDU. */
  readonly ciphertext: Uint8Array;
  /** The tag or MAC as received, as long as it is; empty without one. */
  readonly tag: Uint8Array;
  /** Bytes after the encrypted part that travel in clear (partial encryption). */
  readonly clear: Uint8Array;
  /** Message or invocation counter, ELL session number, FCnt; null for mode 5. */
  readonly counter: number | null;
  /**
   * Whose counter that is: of the meter's key (default), or of a key of one association, which
   * begins anew with each and says nothing about the freshness of the meter's frames.
   */
  readonly counterOf?: "key" | "session";
  /** The request that transports the key of the association; its nonce as that of a frame. */
  readonly initiate?: SealedInitiate;
}
