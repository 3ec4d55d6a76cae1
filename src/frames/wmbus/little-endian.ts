/**
 * Numbers of EN 13757: the least significant byte comes first.
 *
 * @module
 */

/** Reads two bytes. */
export function u16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** Reads four bytes as a number without sign. */
export function u32(bytes: Uint8Array, at: number): number {
  return (u16(bytes, at) | (u16(bytes, at + 2) << 16)) >>> 0;
}
