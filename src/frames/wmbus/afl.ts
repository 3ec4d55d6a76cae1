/**
 * The authentication and fragmentation layer (EN 13757-7:2018 §6.3):
 * CI 90 ‖ AFLL ‖ FCL(2) [MCL] [KI(2)] [MCR(4)] [MAC] [ML(2)], little endian but for the MAC.
 *
 * The bits of FCL say which fields are there; they must fill the layer exactly, so that no byte
 * of it escapes both the parser and the MAC.
 *
 * @module
 */
import { FrameError } from "../sealed-frame.ts";
import { u16 } from "./little-endian.ts";

/** The fields of an AFL; null where FCL leaves one out. */
export interface AflHeader {
  readonly fcl: number;
  /** A part of a message that has several: more follow, or some came before. */
  readonly isFragment: boolean;
  readonly mcl: Uint8Array | null;
  readonly ki: Uint8Array | null;
  readonly mcr: Uint8Array | null;
  readonly mac: Uint8Array | null;
  readonly ml: Uint8Array | null;
  /** Index of the first byte after the layer. */
  readonly end: number;
}

const MORE_FRAGMENTS = 0x4000;
const MCL_PRESENT = 0x2000;
const ML_PRESENT = 0x1000;
const MCR_PRESENT = 0x0800;
const MAC_PRESENT = 0x0400;
const KI_PRESENT = 0x0200;

/** MAC length by authentication type: CMAC cut to 2, 4, 8, 12 bytes or whole, GMAC of 12 bytes. */
const MAC_LENGTHS: Readonly<Record<number, number>> = { 3: 2, 4: 4, 5: 8, 6: 12, 7: 16, 8: 12 };

/** Authentication type with GMAC, which is named and not computed. */
export const GMAC = 8;

/** Authentication type AT, bits 3 to 0 of the message control field; 0 without that field. */
export function authenticationType({ mcl }: AflHeader): number {
  return (mcl?.[0] ?? 0) & 0x0f;
}

/** Reads the AFL whose CI field is at `at`, or says why it cannot be one. */
export function readAfl(frame: Uint8Array, at: number): AflHeader | FrameError {
  const start = at + 2;
  const end = start + (frame[at + 1] ?? 0);
  if (end > frame.length || start + 2 > end) {
    return new FrameError("FRAME_LENGTH", "AFL: the length field does not fit the frame");
  }
  const fcl = u16(frame, start);
  // FID: 0 without fragmentation, else counted from 1. Where the fields of a message stand in its
  // fragments is proven by no public frame, so those of a fragment are not read.
  if ((fcl & MORE_FRAGMENTS) !== 0 || (fcl & 0xff) > 1) {
    return { fcl, isFragment: true, mcl: null, ki: null, mcr: null, mac: null, ml: null, end };
  }
  let next = start + 2;
  const take = (bit: number, size: number): Uint8Array | null => {
    if ((fcl & bit) === 0) {
      return null;
    }
    next += size;
    return frame.subarray(next - size, next);
  };
  const mcl = take(MCL_PRESENT, 1);
  const ki = take(KI_PRESENT, 2);
  const mcr = take(MCR_PRESENT, 4);
  const type = (mcl?.[0] ?? 0) & 0x0f;
  const macLength = MAC_LENGTHS[type];
  if ((fcl & MAC_PRESENT) !== 0 && macLength === undefined) {
    return new FrameError("MODE_UNSUPPORTED", `AFL: a MAC of authentication type ${type}`);
  }
  const mac = take(MAC_PRESENT, macLength ?? 0);
  const ml = take(ML_PRESENT, 2);
  if (next !== end) {
    return new FrameError("FRAME_LENGTH", "AFL: its fields do not fill it");
  }
  return { fcl, isFragment: false, mcl, ki, mcr, mac, ml, end };
}
