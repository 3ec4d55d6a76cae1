/**
 * Length fields of A-XDR and BER (IEC 62056-5-3): one byte up to 7F, else 81…84 and 1 to 4
 * bytes. Longer forms than needed are legal and occur.
 *
 * @module
 */

/** Size of the length field at `at`; 0 if it is none or runs beyond the frame. */
export function lengthSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === undefined) {
    return 0;
  }
  const size = first < 0x80 ? 1 : 1 + (first & 0x7f);
  return first === 0x80 || size > 5 || at + size > bytes.length ? 0 : size;
}

/** Value of the length field at `at` of the size that {@link lengthSize} answered. */
export function lengthValue(bytes: Uint8Array, at: number, size: number): number {
  if (size === 1) {
    return bytes[at]!;
  }
  let value = 0;
  for (let i = 1; i < size; i++) {
    value = value * 256 + bytes[at + i]!;
  }
  return value;
}

/** The octet string at `at`, whose length stands before it; null if it runs beyond the frame. */
export function octetString(bytes: Uint8Array, at: number): Uint8Array | null {
  const size = lengthSize(bytes, at);
  const end = at + size + (size === 0 ? 0 : lengthValue(bytes, at, size));
  return size === 0 || end > bytes.length ? null : bytes.subarray(at + size, end);
}

/** Index of the first byte behind an octet string of `bytes`. */
export function endOf(bytes: Uint8Array, string: Uint8Array): number {
  return string.byteOffset - bytes.byteOffset + string.length;
}
