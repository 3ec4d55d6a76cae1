/**
 * Mode 10, OMS security profile D (EN 13757-7:2018; OMS Vol. 2): AES-128-CCM.
 *
 * TPL header ‖ extension ‖ message counter(4) ‖ ciphertext ‖ tag. The tag covers the header from
 * its CI field to the end of the extension; the counter enters by the nonce
 * M(2) ‖ A(6) ‖ 00 ‖ counter (big endian).
 *
 * @module
 */
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import type { TplHeader } from "./layers.ts";
import type { Sender } from "./link.ts";
import { u32 } from "./little-endian.ts";
import { hasMessageCounter, KDF_A, readExtension, tagLength } from "./modes.ts";

const NONE = new Uint8Array(0);
/** Number of encrypted bytes that means "all of them". */
const ALL = 0xff;

/** Seals a mode-10 frame, or says why it cannot be one. */
export function sealMode10(
  frame: Uint8Array,
  tpl: TplHeader,
  { address, isMeter }: Sender,
): SealedFrame | FrameError {
  // The nonce and the derivation towards the meter are proven by no public frame.
  if (!isMeter) {
    return new FrameError("MODE_UNSUPPORTED", "mode 10 in a frame to the meter");
  }
  if (!hasMessageCounter(tpl.config)) {
    return new FrameError("MODE_UNSUPPORTED", "mode 10 without a message counter of 4 bytes");
  }
  const extension = readExtension(frame, tpl);
  if (extension === null) {
    return new FrameError("FRAME_LENGTH", "mode 10: the configuration field has no extension");
  }
  if (extension.kdf !== KDF_A) {
    return new FrameError("MODE_UNSUPPORTED", `mode 10 with key derivation ${extension.kdf}`);
  }
  const counterAt = extension.end;
  const start = counterAt + 4;
  const end = frame.length - tagLength(extension);
  const announced = tpl.config & 0xff;
  const refusal = refuseLength(end - start, announced === ALL ? end - start : announced);
  if (refusal !== null) {
    return refusal;
  }
  const [a, b, c, d] = frame.subarray(counterAt, start);
  return {
    protocol: "wmbus",
    address,
    mode: "oms-d",
    suite: "oms-ccm",
    // M ‖ A where the frame has no address: whoever knows it puts it in front.
    nonce: Uint8Array.of(...(address?.bytes ?? NONE), 0, d!, c!, b!, a!),
    securityControl: 0,
    aad: frame.subarray(tpl.start, counterAt),
    ciphertext: frame.subarray(start, end),
    tag: frame.subarray(end),
    clear: NONE,
    counter: u32(frame, counterAt),
  };
}

function refuseLength(present: number, announced: number): FrameError | null {
  if (present <= 0) {
    return new FrameError("FRAME_LENGTH", "mode 10: no room for counter, ciphertext and tag");
  }
  if (announced === 0) {
    return new FrameError("NOT_ENCRYPTED", "mode 10: the header announces 0 encrypted bytes");
  }
  if (announced > present) {
    return new FrameError(
      "FRAME_LENGTH",
      `mode 10: expected ${announced} encrypted bytes, got ${present}`,
    );
  }
  // Whether the tag covers what follows in clear is not proven: unauthenticated bytes would leave
  // as authenticated ones.
  return announced < present
    ? new FrameError("MODE_UNSUPPORTED", "mode 10, partly encrypted")
    : null;
}
