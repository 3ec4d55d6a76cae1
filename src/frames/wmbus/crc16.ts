/**
 * CRC-16 of EN 13757-4: polynomial 3D65, start 0, inverted at the end, no reflection.
 *
 * @module
 */

const TABLE = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) {
    crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x3d65;
  }
  TABLE[byte] = crc;
}

/** Computes the CRC over `bytes[start..end)`. */
export function crc16(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let i = start; i < end; i++) {
    crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >> 8) ^ bytes[i]!]!;
  }
  return crc ^ 0xffff;
}

/** Says whether the two bytes at `end` are the CRC over `bytes[start..end)`, high byte first. */
export function crcFollows(bytes: Uint8Array, start: number, end: number): boolean {
  return crc16(bytes, start, end) === ((bytes[end]! << 8) | bytes[end + 1]!);
}
