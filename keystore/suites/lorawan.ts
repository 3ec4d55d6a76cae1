/**
 * LoRaWAN 1.0.x uplinks (LoRaWAN 1.0.4 §4.3.3, §4.4) and the session keys of a join (§6.2).
 *
 * The MIC is checked before anything is decrypted. It has 32 bits: a forger hits it once in 2^32
 * tries for each counter that is tried, which is why the result is called `mac32`.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, timingSafeEqual } from "node:crypto";
import { aesCmac } from "../cmac.ts";

const MIC = 4;
const BLOCK = 16;
/** Nonce of an uplink: DevAddr(4) ‖ FCnt(4), little endian as in the blocks B0 and A. */
const UPLINK_NONCE = 8;
/** MHDR ‖ JoinEUI(8) ‖ DevEUI(8) ‖ DevNonce(2) ‖ MIC(4). */
const JOIN_REQUEST = 23;

export interface SessionKeys {
  readonly nwkSKey: Uint8Array;
  readonly appSKey: Uint8Array;
}

/**
 * Checks the MIC and answers FRMPayload in clear, or null when the MIC does not fit.
 *
 * @param header MHDR ‖ FHDR ‖ FPort, what the MIC covers besides the payload.
 */
export function openUplink(
  { nwkSKey, appSKey }: SessionKeys,
  nonce: Uint8Array,
  header: Uint8Array,
  payload: Uint8Array,
  mic: Uint8Array,
): Uint8Array | null {
  // §4.4: MIC = CMAC(NwkSKey, B0 ‖ msg)[0..3], B0 = 49 ‖ 0(4) ‖ Dir ‖ DevAddr ‖ FCnt ‖ 0 ‖ len(msg).
  const b0 = block(0x49, nonce, header.length + payload.length);
  const expected = aesCmac(nwkSKey, b0, header, payload);
  if (!isMic(expected, mic)) {
    return null;
  }
  // §4.3.3: A_i = 01 ‖ 0(4) ‖ Dir ‖ DevAddr ‖ FCnt ‖ 0 ‖ i from 1. A frame of 255 bytes has 16
  // blocks at most, so the last byte never overflows and this is counter mode from A_1.
  // A payload follows its FPort; on port 0 it is MAC commands, under the network's key.
  const key = header.at(-1) === 0 ? nwkSKey : appSKey;
  return createDecipheriv("aes-128-ctr", key, block(0x01, nonce, 1)).update(payload);
}

/**
 * Checks both messages of a join under the AppKey and derives its session keys; null when a MIC
 * does not fit or the join gave another DevAddr. The caller wipes the keys.
 *
 * @param join DevAddr(4) ‖ FCnt(4) ‖ join-request ‖ join-accept.
 */
export function joinSession(appKey: Uint8Array, join: Uint8Array): SessionKeys | null {
  const request = join.subarray(UPLINK_NONCE, UPLINK_NONCE + JOIN_REQUEST);
  const accept = join.subarray(UPLINK_NONCE + JOIN_REQUEST);
  const asked = request.subarray(0, JOIN_REQUEST - MIC);
  if (!isMic(aesCmac(appKey, asked), request.subarray(JOIN_REQUEST - MIC))) {
    return null;
  }
  // §6.2.3: the network *decrypts* the accept, so that a device needs encryption alone.
  const given = Buffer.concat([accept.subarray(0, 1), encryptEcb(appKey, accept.subarray(1))]);
  const end = given.length - MIC;
  const devAddr = given.subarray(7, 11);
  if (!isMic(aesCmac(appKey, given.subarray(0, end)), given.subarray(end))) {
    return null;
  }
  if (!devAddr.equals(join.subarray(0, 4))) {
    return null;
  }
  // §6.2.3: key = aes128_encrypt(AppKey, 01 or 02 ‖ AppNonce(3) ‖ NetID(3) ‖ DevNonce(2) ‖ pad).
  const input = Buffer.alloc(BLOCK);
  given.copy(input, 1, 1, 7);
  input.set(request.subarray(17, 19), 7);
  const keyOf = (use: number): Uint8Array => {
    input[0] = use;
    return encryptEcb(appKey, input);
  };
  return { nwkSKey: keyOf(0x01), appSKey: keyOf(0x02) };
}

/** First byte ‖ 0(4) ‖ Dir = 0, an uplink ‖ DevAddr ‖ FCnt ‖ 0 ‖ last byte. */
function block(first: number, nonce: Uint8Array, last: number): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  bytes[0] = first;
  bytes.set(nonce.subarray(0, UPLINK_NONCE), 6);
  bytes[BLOCK - 1] = last;
  return bytes;
}

function isMic(expected: Uint8Array, mic: Uint8Array): boolean {
  return mic.length === MIC && timingSafeEqual(expected.subarray(0, MIC), mic);
}

function encryptEcb(key: Uint8Array, blocks: Uint8Array): Buffer {
  return createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(blocks);
}
