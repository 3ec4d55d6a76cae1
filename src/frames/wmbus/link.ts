/**
 * The data link layer of EN 13757-4: takes the link CRCs out of a captured frame.
 *
 * Receivers deliver frames with the CRCs of format A or B, without any, with an L field that
 * counts them or not, and with bytes of their own behind. The order of trial is A by all its
 * CRCs, then B, then the frame as it is, cut to L+1. One frame without CRCs in 65 536 ends in its
 * own format-B CRC by chance: so format B never excludes the frame as it is.
 *
 * @module
 */
import { FrameError, type RawAddress } from "../sealed-frame.ts";
import { crcFollows } from "./crc16.ts";

export type LinkFormat = "A" | "B" | "none";

/** One reading of the link layer; `bytes` = L C M A CI …, without CRCs (L as received). */
export interface LinkFrame {
  readonly format: LinkFormat;
  readonly bytes: Uint8Array;
}

/** Who sent a frame, as the link layer tells. */
export interface Sender {
  /** The meter whose key opens the frame; null where the frame carries no address. */
  readonly address: RawAddress | null;
  /** False for a frame to the meter. */
  readonly isMeter: boolean;
}

/** L C M(2) A(6): the first block of both formats. */
export const LINK_HEADER = 10;

/** From here on format B has two CRCs (EN 13757-4). */
const FORMAT_B_FIRST = 128;

// Primary stations: SND-NKE, SND-UD2, SND-NR, SND-IR, ACC-NR, ACC-DMD, SND-UD, REQ-UD1, REQ-UD2;
// secondary: CNF-IR, RSP-UD (EN 13757-4). ACK carries nothing to decrypt.
const CONTROL_NAMES: Readonly<Record<number, string>> = {
  6: "CNF-IR",
  8: "RSP-UD",
  24: "RSP-UD",
  40: "RSP-UD",
  56: "RSP-UD",
  64: "SND-NKE",
  67: "SND-UD2",
  68: "SND-NR",
  70: "SND-IR",
  71: "ACC-NR",
  72: "ACC-DMD",
  83: "SND-UD",
  90: "REQ-UD1",
  91: "REQ-UD2",
  115: "SND-UD",
  122: "REQ-UD1",
  123: "REQ-UD2",
};
/** RSP-UD, SND-NR, SND-IR, ACC-NR, ACC-DMD; everything else goes to a meter. */
const FROM_METER: readonly number[] = [0x08, 0x18, 0x28, 0x38, 0x44, 0x46, 0x47, 0x48];
const IS_CONTROL = Uint8Array.from({ length: 256 }, (_, c) => (c in CONTROL_NAMES ? 1 : 0));

/** Says whether a byte is a C field that a frame with data can have. */
export function isControlField(c: number): boolean {
  return IS_CONTROL[c] === 1;
}

/** Says whether the C field is one that meters send. */
export function isFromMeter(c: number): boolean {
  return FROM_METER.includes(c);
}

/** Names a C field; empty if it is none. */
export function controlName(c: number): string {
  return CONTROL_NAMES[c] ?? "";
}

/** Length on the air of a format-A frame whose L field does not count the CRCs. */
export function formatALength(l: number): number {
  return l + 1 + 2 * (1 + Math.ceil(Math.max(0, l + 1 - LINK_HEADER) / 16));
}

/**
 * Reads the link layer; answers one or two readings in the order to try.
 *
 * @throws {@link FrameError} `FRAME_FORMAT`, `FRAME_LENGTH`, `FRAME_CRC`
 */
export function readLink(bytes: Uint8Array): readonly LinkFrame[] {
  const l = bytes[0] ?? 0;
  if (bytes.length > 1 && !isControlField(bytes[1]!)) {
    throw new FrameError("FRAME_FORMAT", "link layer: expected a control field of EN 13757-4");
  }
  if (l < LINK_HEADER) {
    throw new FrameError("FRAME_FORMAT", "link layer: the L field leaves no room for a CI field");
  }
  if (bytes.length < l + 1) {
    throw new FrameError(
      "FRAME_LENGTH",
      `link layer: expected ${l + 1} bytes by the L field, got ${bytes.length}`,
    );
  }
  const lengthA = formatALength(l);
  const firstBlock = bytes.length >= LINK_HEADER + 5 && crcFollows(bytes, 0, LINK_HEADER);
  if (firstBlock) {
    const stripped =
      // Some receivers (CUL) rewrite L to count the CRCs: then L+1 is all there is.
      (bytes.length >= lengthA ? stripFormatA(bytes, lengthA) : null) ?? stripFormatA(bytes, l + 1);
    if (stripped !== null) {
      return [{ format: "A", bytes: stripped }];
    }
  }
  // Read as it is, a damaged format-A frame would look like a frame under a wrong key.
  if (bytes.length === lengthA || (firstBlock && bytes.length > lengthA)) {
    throw new FrameError("FRAME_CRC", "link layer, format A: a block CRC does not fit");
  }
  const whole: LinkFrame = {
    format: "none",
    bytes: bytes.length === l + 1 ? bytes : bytes.subarray(0, l + 1),
  };
  const stripped = stripFormatB(whole.bytes);
  return stripped === null ? [whole] : [{ format: "B", bytes: stripped }, whole];
}

/** The first block's CRC has been checked; the others follow each 16 bytes or the rest. */
function stripFormatA(bytes: Uint8Array, total: number): Uint8Array | null {
  const blocks = Math.ceil((total - LINK_HEADER - 2) / 18);
  if (total < LINK_HEADER + 5) {
    return null;
  }
  const out = new Uint8Array(total - 2 * (blocks + 1));
  for (let i = 0; i < LINK_HEADER; i++) {
    out[i] = bytes[i]!;
  }
  let to = LINK_HEADER;
  for (let at = LINK_HEADER + 2; at < total; at += 18) {
    const end = Math.min(at + 16, total - 2);
    if (end <= at || !crcFollows(bytes, at, end)) {
      return null;
    }
    for (let i = at; i < end; i++) {
      out[to++] = bytes[i]!;
    }
  }
  return out;
}

/** Format B: L counts the CRCs; one at the end, over 128 bytes a first one in bytes 126 and 127. */
function stripFormatB(bytes: Uint8Array): Uint8Array | null {
  const end = bytes.length - 2;
  if (bytes.length <= FORMAT_B_FIRST) {
    return end > LINK_HEADER && crcFollows(bytes, 0, end) ? bytes.subarray(0, end) : null;
  }
  const first = FORMAT_B_FIRST - 2;
  if (
    end <= FORMAT_B_FIRST ||
    !crcFollows(bytes, FORMAT_B_FIRST, end) ||
    !crcFollows(bytes, 0, first)
  ) {
    return null;
  }
  const out = new Uint8Array(end - 2);
  out.set(bytes.subarray(0, first));
  out.set(bytes.subarray(FORMAT_B_FIRST, end), first);
  return out;
}
