/**
 * Public identifiers: a prefix and 16 random bytes as 22 base62 digits.
 *
 * The bytes are what enters AADs and hashes; the text is what people and programs exchange.
 *
 * @module
 */
import { randomBytes } from "node:crypto";

export type IdPrefix = "cus" | "mtr" | "tok" | "rcp";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const LENGTH = 22;
const BASE = BigInt(DIGITS.length);

/** Draws the 16 bytes of a new id. */
export function newUid(): Uint8Array {
  return new Uint8Array(randomBytes(16));
}

/** Writes 16 bytes as `prefix_` + 22 base62 digits. */
export function formatId(prefix: IdPrefix, uid: Uint8Array): string {
  let value = BigInt(
    `0x${Buffer.from(uid.buffer, uid.byteOffset, uid.byteLength).toString("hex")}`,
  );
  let digits = "";
  for (let i = 0; i < LENGTH; i++) {
    digits = DIGITS.charAt(Number(value % BASE)) + digits;
    value /= BASE;
  }
  return `${prefix}_${digits}`;
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
