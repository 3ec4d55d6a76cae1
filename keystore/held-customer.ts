/**
 * A customer's key while a batch of frames is decrypted.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { CustomerKeyRef } from "./contract.ts";
import type { SecretKey } from "./secret-key.ts";

/** A customer's key for the length of a batch, unwrapped only if a meter's row needs it. */
export interface Customer {
  readonly ref: CustomerKeyRef;
  /** Owner and wrapped bytes: a customer's row that was swapped is a miss in the cache as well. */
  readonly identity: string;
  open(): SecretKey;
  close(): void;
}

export function heldCustomer(
  ref: CustomerKeyRef,
  unwrap: (ref: CustomerKeyRef) => SecretKey,
): Customer {
  let key: SecretKey | null = null;
  return {
    ref,
    identity: createHash("sha256")
      .update(`${ref.version}:`)
      .update(ref.customer)
      .update(ref.wrapped)
      .digest()
      .toString("latin1"),
    open() {
      key ??= unwrap(ref);
      return key;
    },
    close: () => key?.[Symbol.dispose](),
  };
}
