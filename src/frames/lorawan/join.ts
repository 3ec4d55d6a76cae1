/**
 * The two messages of a LoRaWAN 1.0.x join (LoRaWAN 1.0.4 §6.2): from them and the AppKey follow
 * the session keys of every uplink until the next join.
 *
 *     join-request  00  JoinEUI(8) DevEUI(8) DevNonce(2) MIC(4)
 *     join-accept   20  encrypted: AppNonce(3) NetID(3) DevAddr(4) DLSettings RxDelay [CFList(16)] MIC(4)
 *
 * @module
 */
import { FrameError, type RawAddress } from "../sealed-frame.ts";

export interface Join {
  /** Which device asked. */
  readonly device: RawAddress;
  /** join-request ‖ join-accept. */
  readonly bytes: Uint8Array;
}

const REQUEST = 23;
const ACCEPT: readonly number[] = [17, 33];
const JOIN_REQUEST = 0x00;
const JOIN_ACCEPT = 0x20;

/** @throws {@link FrameError} */
export function parseJoin(request: Uint8Array, accept: Uint8Array): Join {
  if (request.length !== REQUEST || request[0] !== JOIN_REQUEST) {
    throw new FrameError("FRAME_FORMAT", "join: expected a join-request of 23 bytes");
  }
  if (!ACCEPT.includes(accept.length) || accept[0] !== JOIN_ACCEPT) {
    throw new FrameError("FRAME_FORMAT", "join: expected a join-accept of 17 or 33 bytes");
  }
  return {
    // §6.2.2: EUIs travel with their last byte first.
    device: { kind: "eui", bytes: Uint8Array.from(request.subarray(9, 17)).reverse() },
    bytes: Uint8Array.of(...request, ...accept),
  };
}
