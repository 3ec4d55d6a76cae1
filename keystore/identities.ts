/**
 * Who a pseudonym is, sealed: AES-256-GCM (NIST SP 800-38D) under a key of its own, which is
 * wrapped under the service key `pseudonym`. Without that row nothing of it can be read.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { SealedIdentity } from "./contract.ts";
import { KeystoreError } from "./errors.ts";
import { SecretKey } from "./secret-key.ts";
import { NO_ID, unwrapKey, type WrappingKey, wrapKey } from "./wrap.ts";

const CONTEXT = Buffer.from("meterseal/identity/1", "ascii");
const IV_LENGTH = 12;
const TAG_LENGTH = 16;

/** Seals a text under a fresh key; answers the wrapped key and IV ‖ ciphertext ‖ tag. */
export function sealIdentity(
  under: WrappingKey,
  uid: Uint8Array,
  text: Uint8Array,
): SealedIdentity {
  using key = SecretKey.generate();
  const iv = randomBytes(IV_LENGTH);
  const sealed = key.use((bytes) => {
    const cipher = createCipheriv("aes-256-gcm", bytes, iv);
    cipher.setAAD(aad(uid));
    const body = Buffer.concat([cipher.update(text), cipher.final()]);
    return Buffer.concat([iv, body, cipher.getAuthTag()]);
  });
  return { uid, wrapped: wrapKey(under, label(uid), key), sealed };
}

/** Opens it. @throws {@link KeystoreError} `KEY_INTEGRITY` */
export function openIdentity(
  under: WrappingKey,
  { uid, wrapped, sealed }: SealedIdentity,
): Uint8Array {
  using key = unwrapKey(under, label(uid), wrapped);
  const body = sealed.length - TAG_LENGTH;
  if (body < IV_LENGTH) {
    throw integrity();
  }
  return key.use((bytes) => {
    const decipher = createDecipheriv("aes-256-gcm", bytes, sealed.subarray(0, IV_LENGTH), {
      authTagLength: TAG_LENGTH,
    });
    decipher.setAAD(aad(uid));
    decipher.setAuthTag(sealed.subarray(body));
    const text = decipher.update(sealed.subarray(IV_LENGTH, body));
    try {
      decipher.final();
    } catch (cause) {
      text.fill(0);
      throw integrity(cause);
    }
    return text;
  });
}

function aad(uid: Uint8Array): Buffer {
  return Buffer.concat([CONTEXT, uid]);
}

function label(uid: Uint8Array) {
  return {
    purpose: "identity",
    type: "none",
    origin: "generated",
    length: 32,
    customer: NO_ID,
    uid,
    version: 1,
  } as const;
}

function integrity(cause?: unknown): KeystoreError {
  const options = cause === undefined ? undefined : { cause };
  return new KeystoreError("KEY_INTEGRITY", "identity: does not open for this id", options);
}
