/**
 * What a verification is worth.
 *
 * @module
 */
import type { Verification } from "./frame-contract.ts";

/** Every strength that a frame's verification may have. */
export const VERIFICATIONS: readonly Verification[] = [
  "none",
  "crc16",
  "check16",
  "mac16",
  "mac32",
  "mac64",
  "mac96",
  "mac128",
  "tag16",
  "tag32",
  "tag64",
  "tag96",
  "tag128",
];

const STRONG: ReadonlySet<Verification> = new Set([
  "mac64",
  "mac96",
  "mac128",
  "tag64",
  "tag96",
  "tag128",
]);

/**
 * Says whether the sender is proven: a tag or MAC of at least 64 bits. Only such a frame moves a
 * counter or puts a new key into force by itself.
 */
export function isStrong(verification: Verification): boolean {
  return STRONG.has(verification);
}

/** Names the strength of a MAC or tag that was found right. */
export function verificationOf(kind: "mac" | "tag", tag: Uint8Array): Verification {
  const found = VERIFICATIONS.find((name) => name === `${kind}${tag.length * 8}`);
  if (found === undefined) {
    throw new RangeError(`verification: no ${kind} has ${tag.length} bytes`);
  }
  return found;
}
