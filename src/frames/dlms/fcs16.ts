/**
 * The frame check sequence of HDLC (IEC 62056-46, ISO/IEC 13239): CRC-16/X.25, reflected.
 *
 * @module
 */

const TABLE = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  let fcs = byte;
  for (let bit = 0; bit < 8; bit++) {
    fcs = (fcs & 1) === 0 ? fcs >> 1 : (fcs >> 1) ^ 0x8408;
  }
  TABLE[byte] = fcs;
}

/** Computes the FCS over `bytes[start..end)`. */
export function fcs16(bytes: Uint8Array, start: number, end: number): number {
  let fcs = 0xffff;
  for (let i = start; i < end; i++) {
    fcs = (fcs >> 8) ^ TABLE[(fcs ^ bytes[i]!) & 0xff]!;
  }
  return fcs ^ 0xffff;
}

/** Says whether the two bytes at `end` are the FCS over `bytes[start..end)`, low byte first. */
export function fcsFollows(bytes: Uint8Array, start: number, end: number): boolean {
  return fcs16(bytes, start, end) === (bytes[end]! | (bytes[end + 1]! << 8));
}
