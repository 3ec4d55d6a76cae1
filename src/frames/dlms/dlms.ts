/**
 * A DLMS capture, from the outside in: transport, segments, blocks, APDU.
 *
 * A capture is one message. What it takes to send it (HDLC frames, wrapped APDUs, M-Bus segments,
 * blocks of a general block transfer) comes in one piece, in order.
 *
 * @module
 */
import { FrameError, type SealedFrame } from "../sealed-frame.ts";
import { sealApdu } from "./apdu.ts";
import { BLOCK, joinBlocks, readBlocks } from "./block-transfer.ts";
import { hdlcMessages, readHdlc } from "./hdlc.ts";
import { readInitiate } from "./initiate.ts";
import { joinSegments, readSegments } from "./mbus-segments.ts";
import { readWrapped } from "./wrapper.ts";

export type DlmsTransport = "apdu" | "hdlc" | "wrapper" | "mbus";

/**
 * Parses a capture; `initiate` is the request that transports the key of its association.
 *
 * @throws {@link FrameError}
 */
export function parseDlms(
  transport: DlmsTransport,
  bytes: Uint8Array,
  initiate: Uint8Array | null,
): SealedFrame {
  const apdu = joinMessages(messagesOf(transport, bytes));
  return sealApdu(apdu, initiate === null ? null : readInitiate(initiate));
}

/**
 * Puts the APDU of a capture together: it travelled in one message, or in blocks.
 *
 * @throws {@link FrameError}
 */
export function joinMessages(messages: readonly Uint8Array[]): Uint8Array {
  const [first, second] = messages;
  if (first?.[0] === BLOCK) {
    const apdu = joinBlocks(messages.flatMap(readBlocks));
    if (apdu[0] === BLOCK) {
      throw new FrameError("MODE_UNSUPPORTED", "block transfer inside a block transfer");
    }
    return apdu;
  }
  if (first === undefined || second !== undefined) {
    throw new FrameError(
      "MODE_UNSUPPORTED",
      "several APDUs in one line: only blocks and segments of one APDU come together",
    );
  }
  return first;
}

function messagesOf(transport: DlmsTransport, bytes: Uint8Array): readonly Uint8Array[] {
  switch (transport) {
    case "apdu":
      return [bytes];
    case "hdlc":
      return hdlcMessages(readHdlc(bytes));
    case "wrapper":
      return readWrapped(bytes).map(({ apdu }) => apdu);
    case "mbus":
      return [joinSegments(readSegments(bytes))];
  }
}
