/**
 * Wireless M-Bus: from a captured frame to the readings worth trying, best first.
 *
 * @module
 */
import { FrameError, type RawAddress, type SealedFrame } from "../sealed-frame.ts";
import { cutTail, sealEll } from "./ell.ts";
import { type Layers, readLayers } from "./layers.ts";
import { isFromMeter, LINK_HEADER, readLink } from "./link.ts";
import { sealTransport } from "./transport.ts";

/**
 * Parses a wM-Bus frame; all answers have the same address and nonce.
 *
 * @throws {@link FrameError}
 */
export function parseWmbus(bytes: Uint8Array): readonly SealedFrame[] {
  const frames: SealedFrame[] = [];
  let refusal: FrameError | null = null;
  for (const link of readLink(bytes)) {
    const sealed = seal(link.bytes, readLayers(link.bytes, LINK_HEADER));
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
  const link = frame.subarray(2, LINK_HEADER);
  const isEncryptedEll = ell !== null && ell.encryption !== 0;
  // EN 13757-4: with a second address, ELL IV encrypts under that one (no public frame shows it).
  const own = isEncryptedEll ? ell.address2 : tpl?.address;
  return { kind: "wmbus", bytes: own ?? link };
}

function seal(frame: Uint8Array, layers: Layers): SealedFrame | FrameError {
  const address = keyAddress(frame, layers);
  const { ell } = layers;
  return ell !== null && ell.encryption !== 0
    ? sealEll(frame, ell, address)
    : sealTransport(frame, layers, {
        address,
        isMeter: isFromMeter(frame[1]!),
      });
}
