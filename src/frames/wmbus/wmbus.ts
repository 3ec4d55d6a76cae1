/**
 * Wireless M-Bus: from a captured frame to the readings worth trying, best first.
 *
 * @module
 */
import { FrameError, type RawAddress, type SealedFrame } from "../sealed-frame.ts";
import { cutTail, sealEll } from "./ell.ts";
import { type Layers, readLayers } from "./layers.ts";
import { LINK_HEADER, readLink } from "./link.ts";
import { sealMode5 } from "./mode5.ts";
import { modeName } from "./modes.ts";

/**
 * Parses a wM-Bus frame; all answers have the same address and nonce.
 *
 * @throws {@link FrameError}
 */
export function parseWmbus(bytes: Uint8Array): readonly SealedFrame[] {
  const frames: SealedFrame[] = [];
  let refusal: FrameError | null = null;
  for (const link of readLink(bytes)) {
    const sealed = seal(link.bytes, readLayers(link.bytes));
    // A reading that is too short for its own header is dropped while another one stands.
    if (sealed instanceof FrameError) {
      refusal ??= sealed;
    } else {
      frames.push(sealed);
    }
  }
  const first = frames[0];
  if (first === undefined) {
    throw refusal ?? new FrameError("FRAME_FORMAT", "link layer: not readable");
  }
  if (first.suite === "ell-ctr") {
    const shorter = cutTail(first);
    if (shorter !== null) {
      frames.push(shorter);
    }
  }
  return frames;
}

/** The address whose key opens the frame: the meter's, not that of a radio converter. */
export function keyAddress(frame: Uint8Array, { ell, tpl }: Layers): RawAddress {
  const own =
    tpl?.address ??
    // EN 13757-4: with a second address, ELL IV encrypts under that one (no public frame shows it).
    (ell?.ci === 0x8f ? ell.address2 : null) ??
    frame.subarray(2, LINK_HEADER);
  return { kind: "wmbus", bytes: own };
}

function seal(frame: Uint8Array, layers: Layers): SealedFrame | FrameError {
  const { ell, afl, tpl, stop } = layers;
  if (ell !== null && ell.encryption !== 0) {
    return sealEll(frame, ell, keyAddress(frame, layers));
  }
  // First the AFL: the bytes after it may be a fragment, whose "headers" mean nothing.
  if (afl !== null) {
    const isFragment = (frame[afl.start + 1]! & 0x40) !== 0;
    const inner = isFragment ? ", fragmented" : tpl === null ? "" : `, mode ${tpl.mode}`;
    return new FrameError("MODE_UNSUPPORTED", `AFL (CI 90)${inner}: not supported in this release`);
  }
  if (stop !== null || tpl === null) {
    return stop ?? new FrameError("FRAME_FORMAT", "headers: no transport layer");
  }
  switch (tpl.mode) {
    case 0:
      return new FrameError("NOT_ENCRYPTED", "mode 0: no encryption");
    case 5:
      return sealMode5(frame, tpl, keyAddress(frame, layers));
    default:
      return new FrameError(
        "MODE_UNSUPPORTED",
        `mode ${tpl.mode} (${modeName(tpl.mode)}): not supported in this release`,
      );
  }
}
