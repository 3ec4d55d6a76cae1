/**
 * Mode 5, OMS security profile A (OMS Vol. 2, EN 13757-7): AES-128-CBC without
 * integrity. IV = M(2) ‖ A(6) ‖ 8 × ACC; N blocks are encrypted, what follows travels in clear.
 *
 * @module
 */
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import type { TplHeader } from "./layers.ts";
import type { Sender } from "./link.ts";
import { encryptedBlocks } from "./modes.ts";

const NONE = new Uint8Array(0);

/** Seals a mode-5 frame, or says why it cannot be one. */
export function sealMode5(
  frame: Uint8Array,
  tpl: TplHeader,
  { address }: Sender,
): SealedFrame | FrameError {
  const length = encryptedBlocks(tpl.config) * 16;
  // The standard reads N = 0 as "nothing encrypted"; guessing "all of it" would let a sender
  // choose between two meanings of the same header.
  if (length === 0) {
    return new FrameError("NOT_ENCRYPTED", "mode 5: the header announces 0 encrypted blocks");
  }
  const end = tpl.end + length;
  if (end > frame.length) {
    return new FrameError(
      "FRAME_LENGTH",
      `mode 5: expected ${length} encrypted bytes, got ${frame.length - tpl.end}`,
    );
  }
  // 8 × ACC alone where the frame has no address: whoever knows it puts M ‖ A in front.
  const known = address?.bytes ?? NONE;
  const nonce = new Uint8Array(known.length + 8).fill(tpl.acc);
  nonce.set(known);
  return {
    protocol: "wmbus",
    address,
    mode: "oms-a",
    suite: "oms-cbc",
    nonce,
    securityControl: 0,
    aad: NONE,
    ciphertext: frame.subarray(tpl.end, end),
    tag: NONE,
    clear: end === frame.length ? NONE : frame.subarray(end),
    // ACC is an 8-bit number that wraps: no proof of freshness.
    counter: null,
  };
}
