/**
 * Whether bytes look like a DLMS/COSEM APDU in clear: the only thing that tells of the key where
 * a frame carries no tag, or where its authentication key is not on file.
 *
 * No proof: bytes under a wrong key pass about once in a thousand times.
 *
 * @module
 */

/** IEC 62056-5-3 §8: data-notification, its invoke id (4), then a date-time of 0 or 12 bytes. */
function isDataNotification(apdu: Uint8Array): boolean {
  return apdu[0] === 0x0f && (apdu[5] === 0x00 || apdu[5] === 0x0c);
}

/** get, set, event, action and their responses (C0–C7): a choice that begins with 1, events 0. */
function isService(apdu: Uint8Array): boolean {
  const [tag = 0, choice = 0xff] = apdu;
  return tag === 0xc2 ? choice <= 1 : tag >= 0xc0 && tag <= 0xc7 && choice >= 1 && choice <= 4;
}

/**
 * initiate request and response (01, 08): version 6, then the conformance block, tagged 5F 1F, at
 * one of the few places that the optional fields before it leave. Nowhere else: an answer that
 * depended on bytes of the sender's choice would tell them one by one where a frame has no tag.
 */
function isInitiate(apdu: Uint8Array): boolean {
  const at = versionAt(apdu);
  return [at, at + 1, at + 2].some(
    (i) => apdu[i] === 0x06 && apdu[i + 1] === 0x5f && apdu[i + 2] === 0x1f,
  );
}

/** First place of the version: response-allowed and quality of service have one byte or two. */
function versionAt([tag, presence, length = 0]: Uint8Array): number {
  const isKeyed = presence === 0x01 && (length === 16 || length === 32);
  switch (tag) {
    case 0x01:
      return isKeyed ? 5 + length : 4;
    case 0x08:
      return 2;
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/** IEC 62056-21 data readout, as Luxembourg's customer port sends it: `/` and the maker's letters. */
function isReadout(apdu: Uint8Array): boolean {
  return (
    apdu[0] === 0x2f &&
    apdu.length > 4 &&
    apdu.subarray(1, 4).every((byte) => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a)
  );
}

/** Says whether decrypted bytes look like an APDU. */
export function isPlausibleApdu(apdu: Uint8Array): boolean {
  return isDataNotification(apdu) || isService(apdu) || isInitiate(apdu) || isReadout(apdu);
}
