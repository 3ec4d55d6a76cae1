/**
 * LoRaWAN 1.0.x data uplinks (LoRaWAN 1.0.4 ch. 4), as network servers deliver them: PHYPayload.
 *
 *     MHDR  DevAddr(4) FCtrl FCnt(2) FOpts(0…15)  [FPort  FRMPayload]  MIC(4)
 *
 * Nothing in these bytes marks them as LoRaWAN and DevAddr names no device: they are read only
 * where the line names a device of this profile, so that no wM-Bus or DLMS frame is taken away.
 *
 * @module
 */
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import type { Join } from "./join.ts";

const NONE = new Uint8Array(0);
const MIC = 4;
/** MHDR ‖ DevAddr ‖ FCtrl ‖ FCnt: where FOpts begin. */
const OPTIONS = 8;
/** The MIC covers a length of one byte, and no region allows more on the air (RP002). */
const MAX_LENGTH = 255;

/** What is no uplink, by the type in MHDR bits 7–5 (§4.2.1). */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  0: "LoRaWAN join-request: give it in `join`, beside an uplink of its session",
  1: "LoRaWAN join-accept: give it in `join`, beside an uplink of its session",
  3: "LoRaWAN downlink",
  5: "LoRaWAN downlink",
  6: "LoRaWAN rejoin-request (1.1)",
  7: "LoRaWAN proprietary frame",
};

/**
 * Cuts an uplink into its cryptographic parts; its counter is that of upper half 0.
 *
 * @throws {@link FrameError}
 */
export function parseUplink(bytes: Uint8Array, join: Join | null): SealedFrame {
  const header = headerLength(bytes);
  const end = bytes.length - MIC;
  const fcnt = bytes[6]! | (bytes[7]! << 8);
  return withUpperHalf(
    {
      protocol: "lorawan",
      address: null,
      mode: "lorawan",
      suite: join === null ? "lorawan" : "lorawan-join",
      nonce: Uint8Array.of(...bytes.subarray(1, 5), 0, 0, 0, 0, ...(join?.bytes ?? NONE)),
      securityControl: 0,
      aad: bytes.subarray(0, header),
      ciphertext: bytes.subarray(header, end),
      tag: bytes.subarray(end),
      clear: NONE,
      counter: fcnt,
    },
    0,
  );
}

/** The same uplink with other upper 16 bits of its counter (§4.3.1.5: only 16 are on the air). */
export function withUpperHalf(sealed: SealedFrame, upper: number): SealedFrame {
  const counter = upper * 0x10000 + ((sealed.counter ?? 0) & 0xffff);
  const nonce = Uint8Array.from(sealed.nonce);
  new DataView(nonce.buffer).setUint32(4, counter, true);
  return { ...sealed, nonce, counter };
}

/** Length of MHDR ‖ FHDR ‖ FPort. */
function headerLength(bytes: Uint8Array): number {
  const type = bytes[0]! >> 5;
  if ((bytes[0]! & 0x03) !== 0) {
    throw new FrameError("MODE_UNSUPPORTED", "LoRaWAN: a major version other than R1");
  }
  const other = OTHER_TYPES[type];
  if (other !== undefined) {
    throw new FrameError("MODE_UNSUPPORTED", other);
  }
  if ((bytes[0]! & 0x1c) !== 0) {
    throw new FrameError("FRAME_FORMAT", "LoRaWAN: expected the reserved bits of MHDR to be 0");
  }
  const options = (bytes[5] ?? 0) & 0x0f;
  const least = OPTIONS + options + MIC;
  if (bytes.length < least || bytes.length > MAX_LENGTH) {
    const wanted = `between ${least} and ${MAX_LENGTH} bytes`;
    throw new FrameError("FRAME_LENGTH", `LoRaWAN: expected ${wanted}, got ${bytes.length}`);
  }
  const port = OPTIONS + options;
  if (bytes.length === least) {
    // §4.3.2: without FPort there is no FRMPayload.
    return port;
  }
  if (bytes[port] === 0 && options > 0) {
    // §4.3.1.6: MAC commands stand in FOpts or in the payload, never in both.
    throw new FrameError("FRAME_FORMAT", "LoRaWAN: expected no FOpts beside a payload on port 0");
  }
  return port + 1;
}
