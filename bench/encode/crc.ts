/**
 * The two CRCs of the encoders, bit by bit: slow, and sharing nothing with the parsers' tables.
 *
 * @module
 */

/** CRC-16/EN-13757. */
export function crcEn13757(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const out = (crc >> 15) ^ ((byte >> bit) & 1);
      crc = (crc << 1) & 0xffff;
      if (out === 1) {
        crc ^= 0x3d65;
      }
    }
  }
  return ~crc & 0xffff;
}

/** CRC-16/X-25 (HDLC). */
export function crcX25(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const out = (crc & 1) ^ ((byte >> bit) & 1);
      crc >>= 1;
      if (out === 1) {
        crc ^= 0x8408;
      }
    }
  }
  return ~crc & 0xffff;
}
