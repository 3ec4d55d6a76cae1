/**
 * Wired M-Bus (EN 13757-2): the long frame 68 L L 68 C A CI … checksum 16.
 *
 * From the CI field on it is what wireless M-Bus has there. A is the number of a place on the bus
 * (1 to 250) and no meter's address: only a long header tells whose key opens the frame.
 *
 * @module
 */
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import { readLayers } from "./layers.ts";
import { isControlField, isFromMeter } from "./link.ts";
import { sealTransport } from "./transport.ts";

/** 68 L L 68 C A: the CI field follows. */
export const WIRED_HEADER = 6;
/** C A CI. */
const SHORTEST = 3;
const STOP = 0x16;

/**
 * Parses a long frame.
 *
 * @throws {@link FrameError}
 */
export function parseWired(bytes: Uint8Array): readonly SealedFrame[] {
  const frame = readWired(bytes);
  const layers = readLayers(frame, WIRED_HEADER);
  if (layers.ell !== null) {
    throw new FrameError("MODE_UNSUPPORTED", "wired M-Bus: an extended link layer");
  }
  const own = layers.tpl?.address ?? null;
  const sealed = sealTransport(frame, layers, {
    address: own === null ? null : { kind: "wmbus", bytes: own },
    isMeter: isFromMeter(frame[4]!),
  });
  if (sealed instanceof FrameError) {
    throw sealed;
  }
  return [sealed];
}

/**
 * Checks the frame and answers it without checksum and stop byte.
 *
 * @throws {@link FrameError} `FRAME_LENGTH`, `FRAME_FORMAT`, `FRAME_CRC`
 */
export function readWired(bytes: Uint8Array): Uint8Array {
  const end = 4 + bytes[1]!;
  if (bytes.length !== end + 2) {
    throw new FrameError(
      "FRAME_LENGTH",
      `wired M-Bus: expected ${end + 2} bytes by the L field, got ${bytes.length}`,
    );
  }
  if (bytes[1]! < SHORTEST) {
    throw new FrameError("FRAME_FORMAT", "wired M-Bus: the L field leaves no room for a CI field");
  }
  if (bytes[end + 1] !== STOP) {
    throw new FrameError("FRAME_FORMAT", "wired M-Bus: expected the stop byte 16 at the end");
  }
  // EN 13757-2: the sum of all bytes from C to the last of the user data, modulo 256.
  let sum = 0;
  for (let i = 4; i < end; i++) {
    sum += bytes[i]!;
  }
  if ((sum & 0xff) !== bytes[end]) {
    throw new FrameError("FRAME_CRC", "wired M-Bus: the checksum does not fit");
  }
  if (!isControlField(bytes[4]!)) {
    throw new FrameError("FRAME_FORMAT", "wired M-Bus: expected a control field of EN 13757-2");
  }
  return bytes.subarray(0, end);
}
