/**
 * What the transport layer says of its protection: every mode is opened or named.
 *
 * @module
 */
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import type { Layers } from "./layers.ts";
import type { Sender } from "./link.ts";
import { sealMode5 } from "./mode5.ts";
import { sealMode7 } from "./mode7.ts";
import { sealMode10 } from "./mode10.ts";
import { modeName } from "./modes.ts";

/** Seals what the walk through the layers has found, or says why it cannot. */
export function sealTransport(
  frame: Uint8Array,
  { afl, tpl, stop }: Layers,
  sender: Sender,
): SealedFrame | FrameError {
  if (stop !== null || tpl === null) {
    return stop ?? new FrameError("FRAME_FORMAT", "headers: no transport layer");
  }
  const { mode } = tpl;
  if (mode === 7) {
    return sealMode7(frame, tpl, afl, sender);
  }
  // Not to be ignored: who flips one bit of mode 7 makes it mode 5, which needs no MAC.
  if (afl !== null && afl.mac !== null) {
    return new FrameError("MODE_UNSUPPORTED", `mode ${mode} under an AFL with a MAC`);
  }
  switch (mode) {
    case 0:
      return new FrameError("NOT_ENCRYPTED", "mode 0: no encryption");
    case 5:
      return sealMode5(frame, tpl, sender);
    case 10:
      return sealMode10(frame, tpl, sender);
    default:
      return new FrameError(
        "MODE_UNSUPPORTED",
        `mode ${mode} (${modeName(mode)}): not supported in this release`,
      );
  }
}
