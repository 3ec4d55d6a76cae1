/**
 * A recipient's own symmetric KEK: imported once, stored like a meter's key under its customer's,
 * bound to the recipient, and never shown again.
 *
 * @module
 */
import { cmac } from "@noble/ciphers/aes.js";
import type { RecipientKek, SealRecipient } from "../contract.ts";
import { KeystoreError } from "../errors.ts";
import { SecretKey } from "../secret-key.ts";
import { NO_ID, unwrapKey, type WrappingKey, wrapKey } from "../wrap.ts";

/** A key never travels under a shorter one: the keys of meters have up to 256 bits. */
const KEK_LENGTH = 32;

/** Wraps a KEK for storage. @throws {@link KeystoreError} `KEY_LENGTH` */
export function importRecipientKek(
  under: WrappingKey,
  uid: Uint8Array,
  kek: Uint8Array,
): RecipientKek {
  if (kek.length !== KEK_LENGTH) {
    kek.fill(0);
    throw new KeystoreError("KEY_LENGTH", `KEK: expected ${KEK_LENGTH} bytes, got ${kek.length}`);
  }
  using secret = SecretKey.adopt(kek);
  return {
    wrapped: wrapKey(under, label(under, uid), secret),
    check: secret.use((bytes) => cmac(new Uint8Array(16), bytes)),
  };
}

/** Opens it to seal. The caller owns the result. @throws {@link KeystoreError} `KEY_INTEGRITY` */
export function openRecipientKek(
  under: WrappingKey,
  { uid, key }: Pick<SealRecipient, "uid" | "key">,
): SecretKey {
  return unwrapKey(under, label(under, uid), key);
}

/** Wraps the KEK of a package for the other workers that write its rows. */
export function wrapInnerKek(under: WrappingKey, kek: SecretKey): Uint8Array {
  return wrapKey(under, label(under, NO_ID), kek);
}

/** Opens it there. The caller owns the result. @throws {@link KeystoreError} `KEY_INTEGRITY` */
export function unwrapInnerKek(under: WrappingKey, wrapped: Uint8Array): SecretKey {
  return unwrapKey(under, label(under, NO_ID), wrapped);
}

function label(under: WrappingKey, uid: Uint8Array) {
  return {
    purpose: "recipient",
    type: "none",
    origin: "imported",
    length: KEK_LENGTH,
    customer: under.id,
    uid,
    version: 1,
  } as const;
}
