/**
 * What an entry may say of a name, a recipient or an address: SHA-256(salt16 ‖ value).
 *
 * The salt stays in an erasable table; without it the leaf confirms nothing.
 *
 * @module
 */
import { createHash, randomBytes } from "node:crypto";

export function newSalt(): Uint8Array {
  return new Uint8Array(randomBytes(16));
}

/** SHA-256(salt ‖ value) in hex. */
export function saltedHash(salt: Uint8Array, value: string): string {
  return createHash("sha256").update(salt).update(value, "utf8").digest("hex");
}
