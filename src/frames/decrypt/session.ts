/**
 * Which session of a LoRaWAN device an uplink belongs to.
 *
 * @module
 */
import { hash } from "node:crypto";
import type { SealedFrame } from "../sealed-frame.ts";

const SESSION_BYTES = 8;

/** Says whether a frame is an uplink of LoRaWAN. */
export function isUplink({ mode }: SealedFrame): boolean {
  return mode === "lorawan";
}

/** Names a session by its DevAddr, and the join where there was one: all of the nonce but FCnt. */
export function sessionOf({ nonce }: SealedFrame): Buffer {
  const session = Buffer.concat([nonce.subarray(0, 4), nonce.subarray(8)]);
  return hash("sha256", session, "buffer").subarray(0, SESSION_BYTES);
}
