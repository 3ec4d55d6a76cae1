/**
 * Explains a DLMS capture from the outside in: transport, segments, blocks, APDU.
 *
 * Throws what the layers throw: the rows so far are worth showing.
 *
 * @module
 */
import { type AddRow, hexOf } from "../inspect/inspection.ts";
import { BLOCK, type Block, readBlocks } from "./block-transfer.ts";
import { type DlmsTransport, joinMessages } from "./dlms.ts";
import { hdlcMessages, readHdlc } from "./hdlc.ts";
import { addApdu } from "./inspect-apdu.ts";
import { joinSegments, readSegments } from "./mbus-segments.ts";
import { apduTag } from "./tags.ts";
import { readWrapped } from "./wrapper.ts";

/** Adds the rows of a capture; answers the address in it. */
export function inspectDlms(
  transport: DlmsTransport,
  bytes: Uint8Array,
  add: AddRow,
): string | null {
  const messages = addTransport(transport, bytes, add);
  if (messages[0]?.[0] === BLOCK) {
    add("tag", hexOf(BLOCK), apduTag(BLOCK).name);
    for (const block of messages.flatMap(readBlocks)) {
      addBlock(block, add);
    }
  }
  return addApdu(joinMessages(messages), add);
}

function addTransport(
  transport: DlmsTransport,
  bytes: Uint8Array,
  add: AddRow,
): readonly Uint8Array[] {
  switch (transport) {
    case "apdu":
      add("transport", "none", "APDU as it is");
      return [bytes];
    case "hdlc":
      return addHdlc(bytes, add);
    case "wrapper":
      return addWrapper(bytes, add);
    case "mbus":
      return [addSegments(bytes, add)];
  }
}

function addHdlc(bytes: Uint8Array, add: AddRow): readonly Uint8Array[] {
  const declared = ((bytes[1]! & 0x07) << 8) | (bytes[2] ?? 0);
  add("transport", "HDLC", "IEC 62056-46, frame format type 3");
  add("HDLC length", String(declared), "bytes between the flags");
  const frames = readHdlc(bytes);
  const { destination, source, control } = frames[0]!;
  add("destination", hexOf(...destination), "HDLC address");
  add("source", hexOf(...source), "HDLC address");
  add("control", hexOf(control), (control & 0xef) === 0x03 ? "UI frame" : "control field");
  add("check sequences", "HCS, FCS", "correct");
  if (frames.length > 1) {
    for (const [i, { length, isSegmented }] of frames.entries()) {
      const meaning = isSegmented ? "the next frame continues its message" : "ends a message";
      add(`HDLC frame ${i + 1}`, `${length} bytes`, meaning);
    }
  }
  return hdlcMessages(frames);
}

function addWrapper(bytes: Uint8Array, add: AddRow): readonly Uint8Array[] {
  add("transport", "wrapper", "DLMS over TCP or UDP (IEC 62056-47), version 1");
  const wrapped = readWrapped(bytes);
  const { source, destination } = wrapped[0]!;
  add("source port", String(source), "wrapper port (wPort)");
  add("destination port", String(destination), "wrapper port (wPort)");
  for (const { apdu } of wrapped) {
    add("wrapped length", String(apdu.length), "bytes of APDU");
  }
  return wrapped.map(({ apdu }) => apdu);
}

function addSegments(bytes: Uint8Array, add: AddRow): Uint8Array {
  add("transport", "wired M-Bus", "DLMS in segments, long frames 68 L L 68");
  const segments = readSegments(bytes);
  const { control, address, source, destination } = segments[0]!;
  add("C", hexOf(control));
  add("A", hexOf(address), "M-Bus address");
  add("STSAP", hexOf(source), "source transport service access point");
  add("DTSAP", hexOf(destination), "destination transport service access point");
  for (const { ci, data } of segments) {
    const meaning = (ci & 0x10) === 0 ? "more segments follow" : "last segment";
    add(`segment ${ci & 0x0f}`, `${data.length} bytes`, `CI ${hexOf(ci)}: ${meaning}`);
  }
  return joinSegments(segments);
}

function addBlock(block: Block, add: AddRow): void {
  const { number, acknowledged, isLast, isStreaming, window, data } = block;
  const parts = [
    `${data.length} bytes`,
    isLast ? "last block" : "more blocks follow",
    ...(isStreaming ? ["streaming"] : []),
    `window ${window}`,
    ...(acknowledged === 0 ? [] : [`acknowledges block ${acknowledged}`]),
  ];
  add("block number", String(number), parts.join(", "));
}
