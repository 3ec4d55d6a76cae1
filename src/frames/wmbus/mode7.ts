/**
 * Mode 7, OMS security profile B (EN 13757-7:2018 §9.6; OMS Vol. 2): AES-128-CBC under a key that
 * the message counter in the AFL makes new for every message, and a MAC in the AFL.
 *
 * The MAC covers MCL ‖ [KI] ‖ MCR ‖ [ML] of the AFL and everything from the CI field of the
 * transport layer to the end, as sent: header, ciphertext and what follows in clear.
 *
 * @module
 */
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import { type AflHeader, authenticationType, GMAC } from "./afl.ts";
import type { TplHeader } from "./layers.ts";
import type { Sender } from "./link.ts";
import { u16, u32 } from "./little-endian.ts";
import { encryptedBlocks, KDF_A, readExtension } from "./modes.ts";

const NONE = new Uint8Array(0);
/** Derivation constant D (EN 13757-7:2018 §9.6): who sends to whom. */
const FROM_METER = 0x00;
const TO_METER = 0x10;

/** Seals a mode-7 frame, or says why it cannot be one. */
export function sealMode7(
  frame: Uint8Array,
  tpl: TplHeader,
  afl: AflHeader | null,
  { address, isMeter }: Sender,
): SealedFrame | FrameError {
  const fields = authentication(afl);
  if (fields instanceof FrameError) {
    return fields;
  }
  const extension = readExtension(frame, tpl);
  if (extension === null) {
    return new FrameError("FRAME_LENGTH", "mode 7: the configuration field has no extension");
  }
  if (extension.kdf !== KDF_A) {
    return new FrameError("MODE_UNSUPPORTED", `mode 7 with key derivation ${extension.kdf}`);
  }
  const length = encryptedBlocks(tpl.config) * 16;
  if (length === 0) {
    return new FrameError("NOT_ENCRYPTED", "mode 7: the header announces 0 encrypted blocks");
  }
  const start = extension.end;
  const end = start + length;
  if (end > frame.length) {
    return new FrameError(
      "FRAME_LENGTH",
      `mode 7: expected ${length} encrypted bytes, got ${frame.length - start}`,
    );
  }
  const { mcr, mac, covered } = fields;
  const direction = isMeter ? FROM_METER : TO_METER;
  return {
    protocol: "wmbus",
    address,
    mode: "oms-b",
    suite: "oms-kdf-a",
    // ID is that of the meter's address; where the frame has none, whoever knows it appends it.
    nonce: Uint8Array.of(direction, ...mcr, ...(address?.bytes.subarray(2, 6) ?? NONE)),
    securityControl: 0,
    aad: Uint8Array.of(...covered, ...frame.subarray(tpl.start, start)),
    ciphertext: frame.subarray(start, end),
    tag: mac,
    clear: frame.subarray(end),
    // What is sent to the meter repeats the meter's counter: it would count as old.
    counter: isMeter ? u32(mcr, 0) : null,
  };
}

interface Authentication {
  readonly mcr: Uint8Array;
  readonly mac: Uint8Array;
  /** The fields of the AFL that the MAC covers. */
  readonly covered: readonly number[];
}

/** The fields that a MAC needs, or why it cannot be checked. */
function authentication(afl: AflHeader | null): Authentication | FrameError {
  if (afl === null || afl.mac === null || afl.mcl === null) {
    // Not "unsupported": profile B promises a MAC, and this frame does not bring it.
    return new FrameError("NOT_AUTHENTICATED", "mode 7 without a MAC in an AFL (CI 90)");
  }
  const { mcl, ki, mcr, mac, ml } = afl;
  if (mcr === null) {
    return new FrameError("MODE_UNSUPPORTED", "mode 7 without a message counter in the AFL");
  }
  if (authenticationType(afl) === GMAC) {
    return new FrameError("MODE_UNSUPPORTED", "AFL: authentication type 8 (GMAC)");
  }
  if (ki !== null && ((u16(ki, 0) >> 4) & 0x03) !== KDF_A) {
    return new FrameError("MODE_UNSUPPORTED", "AFL: key information with another key derivation");
  }
  // KI and ML: the order of EN 13757-7:2018 §6.3 as exmbus quotes it; no public frame has them.
  return { mcr, mac, covered: [...mcl, ...(ki ?? NONE), ...mcr, ...(ml ?? NONE)] };
}
