/**
 * What the log says of a meter, so that the meter table can be held against it.
 *
 * A leaf cannot be erased, so it holds a salted hash of the address; the salt lies in the meter's
 * row and goes with it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { RawAddress } from "./address.ts";

/** SHA-256(salt16 ‖ kind ‖ raw address)[0:16]. */
export function addressCommitment(salt: Uint8Array, address: RawAddress): Uint8Array {
  return createHash("sha256")
    .update(salt)
    .update(address.kind, "ascii")
    .update(address.bytes)
    .digest()
    .subarray(0, 16);
}

export interface MeterCommitment {
  readonly number: number;
  readonly uid: Uint8Array;
  readonly address: Uint8Array;
  readonly profile: string;
  readonly allowUnauthenticated: boolean;
  /** Types of the first version's keys, sorted: without its AK a meter could be downgraded. */
  readonly keys: readonly string[];
}

/**
 * SHA-256 over (number u32 ‖ uid ‖ address commitment ‖ length u8 ‖ terms) of a batch, by number
 * ascending; terms = what decides how frames of the meter are checked.
 */
export function batchCommitment(meters: readonly MeterCommitment[]): string {
  const hash = createHash("sha256");
  const number = Buffer.alloc(4);
  for (const meter of meters) {
    const terms = meterTerms(meter);
    number.writeUInt32BE(meter.number);
    hash.update(number).update(meter.uid).update(meter.address);
    hash.update(Uint8Array.of(terms.length)).update(terms, "ascii");
  }
  return hash.digest("hex");
}

/** `profile;keys;unauthenticated`, in codes. */
export function meterTerms({
  profile,
  keys,
  allowUnauthenticated,
}: Pick<MeterCommitment, "profile" | "keys" | "allowUnauthenticated">): string {
  return `${profile};${keys.join(",")};${allowUnauthenticated ? "unauthenticated" : "checked"}`;
}
