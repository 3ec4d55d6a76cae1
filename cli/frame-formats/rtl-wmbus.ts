/**
 * The output of rtl_wmbus, with or without the name of the algorithm that `-v` puts in front:
 *
 *     MODE;CRC_OK;3OUTOF6OK;TIMESTAMP;PACKET_RSSI;CURRENT_RSSI;LINK_LAYER_IDENT_NO;DATAGRAM
 *
 * The receiver checks the link CRCs and takes them out. A line with CRC_OK = 0 is therefore refused
 * here: nobody after the receiver could see the damage, and 2F2F or the first block of a frame may
 * well have survived it. The same holds for a broken 3-out-of-6 code.
 *
 * @module
 */
import { FrameError } from "../../src/frames/sealed-frame.ts";
import { type Reading, readHex, unreadable } from "./line.ts";

const START = /^(?:[a-z0-9]+;)?[CST][12];([01]);([01]);/i;
/** TIMESTAMP, both RSSI, LINK_LAYER_IDENT_NO, DATAGRAM. */
const FIELDS_AFTER_START = 5;

/** Says whether a line begins as those of rtl_wmbus do. */
export function isRtlWmbus(line: string): boolean {
  return START.test(line);
}

/** Takes the datagram out of a line. */
export function readRtlWmbus(line: string): Reading {
  const start = START.exec(line);
  const fields = line.slice(start?.[0].length ?? 0).split(";");
  const datagram = fields.at(-1) ?? "";
  if (start === null || fields.length !== FIELDS_AFTER_START || !/^0x/i.test(datagram)) {
    return unreadable("expected the eight fields of rtl_wmbus, the last one 0x and hex digits");
  }
  if (start[1] === "0" || start[2] === "0") {
    return new FrameError("FRAME_CRC", "line: the receiver says that the frame came in damaged");
  }
  return readHex(datagram);
}
