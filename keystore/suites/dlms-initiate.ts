/**
 * The dedicated key of an association (IEC 62056-5-3, xDLMS InitiateRequest): drawn by the client,
 * transported under the meter's GUEK, in use until the association ends.
 *
 * Only a request whose tag fits yields a key. The key stays in this folder and is wiped after the
 * frame it was brought for.
 *
 * @module
 */
import type { SealedInitiate } from "../frame-contract.ts";
import { SecretKey } from "../secret-key.ts";
import { openDlmsGcm } from "./dlms-gcm.ts";

/** A-XDR: tag of the InitiateRequest, then "dedicated-key is present", then its length. */
const INITIATE_REQUEST = 0x01;
const PRESENT = 0x01;
const KEY_AT = 3;

/**
 * Opens the request and takes the dedicated key out. The caller owns the result; `TAG_FAILED` =
 * the request does not verify, `NO_KEY` = it transports no key of a length that AES has.
 */
export function openDedicatedKey(
  guek: Uint8Array,
  gak: Uint8Array,
  initiate: SealedInitiate,
): SecretKey | "TAG_FAILED" | "NO_KEY" {
  const request = openDlmsGcm(guek, gak, { ...initiate, aad: new Uint8Array(0) }, initiate);
  if (request === null) {
    return "TAG_FAILED";
  }
  try {
    const [tag, presence, length = 0] = request;
    const isKeyed = tag === INITIATE_REQUEST && presence === PRESENT;
    const fits = (length === 16 || length === 32) && request.length >= KEY_AT + length;
    return isKeyed && fits
      ? SecretKey.adopt(Uint8Array.from(request.subarray(KEY_AT, KEY_AT + length)))
      : "NO_KEY";
  } finally {
    request.fill(0);
  }
}
