/**
 * Public identifiers: a prefix and 16 random bytes as 22 base62 digits.
 *
 * The bytes are what enters AADs and hashes; the text is what people and programs exchange.
 *
 * @module
 */
import { randomBytes } from "node:crypto";

export type IdPrefix = "cus" | "mtr" | "tok" | "rcp" | "prn";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH = 22;
const BASE = BigInt(DIGITS.length);
const FIVE_DIGITS = DIGITS.length ** 5;
const halves = new Uint16Array(8);

/** Draws the 16 bytes of a new id. */
export function newUid(): Uint8Array {
  return new Uint8Array(randomBytes(16));
}

/** Writes 16 bytes as `prefix_` + 22 base62 digits. */
export function formatId(prefix: IdPrefix, uid: Uint8Array): string {
  // Long division in halves of a word, five digits at a time: a list names thousands of meters.
  for (let i = 0; i < halves.length; i++) {
    halves[i] = uid[2 * i]! * 256 + uid[2 * i + 1]!;
  }
  let digits = "";
  while (digits.length < LENGTH) {
    let rest = 0;
    for (let i = 0; i < halves.length; i++) {
      const value = rest * 65_536 + halves[i]!;
      halves[i] = Math.floor(value / FIVE_DIGITS);
      rest = value % FIVE_DIGITS;
    }
    let five = "";
    for (let i = 0; i < 5; i++) {
      five = DIGITS[rest % DIGITS.length]! + five;
      rest = Math.floor(rest / DIGITS.length);
    }
    digits = five + digits;
  }
  // Five rounds give 25 digits, of which the first three are always zero.
  return `${prefix}_${digits.slice(-LENGTH)}`;
}

/** Reads an id back into its 16 bytes; null when it is none. */
export function parseId(prefix: IdPrefix, text: string): Uint8Array | null {
  const digits = text.slice(prefix.length + 1);
  if (!text.startsWith(`${prefix}_`) || !/^[0-9A-Za-z]{22}$/.test(digits)) {
    return null;
  }
  let value = 0n;
  for (const digit of digits) {
    value = value * BASE + BigInt(DIGITS.indexOf(digit));
  }
  return value < 1n << 128n
    ? new Uint8Array(Buffer.from(value.toString(16).padStart(32, "0"), "hex"))
    : null;
}
