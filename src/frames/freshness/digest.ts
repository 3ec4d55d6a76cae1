/**
 * What tells one frame from another, whatever gateway delivered it.
 *
 * Two gateways may deliver one frame with and without link CRCs: so the digest is taken over the
 * cryptographic parts, not over the raw bytes.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Knex } from "../../db/open.ts";
import type { SealedFrame } from "../sealed-frame.ts";
import { HASH_KEY_LENGTH, halfSipHash } from "./half-siphash.ts";

/** Each 32 bits; the same for the same frame as long as the database lives. */
export interface FrameDigests {
  whole(frame: SealedFrame): number;
  /**
   * One hit on a 16-bit check can be varied: in mode 5 everything but the first ciphertext block,
   * in counter mode everything under one counter block. So only a new block is a new proof.
   */
  proof(frame: SealedFrame): number;
}

const SETTING = "frame_digest_key";
const BLOCK = 16;
/** A line of a request holds at most 4 KiB of frame. */
const scratch = new Uint8Array(16 * 1024);

/** Reads this deployment's digest key, and draws it the first time. */
export async function frameDigests(db: Knex): Promise<FrameDigests> {
  const fresh = { name: SETTING, value: randomBytes(HASH_KEY_LENGTH).toString("hex") };
  await db("settings").insert(fresh).onConflict("name").ignore();
  const [row] = await db("settings").where({ name: SETTING }).select("value");
  const hash = halfSipHash(Buffer.from(row.value, "hex"));
  return {
    whole({ nonce, ciphertext, tag, clear }) {
      let length = append(nonce, 0);
      length = append(ciphertext, length);
      length = append(tag, length);
      return hash(scratch, append(clear, length));
    },
    proof: ({ suite, nonce, ciphertext }) =>
      suite === "oms-cbc" ? hash(ciphertext, BLOCK) : hash(nonce, nonce.length),
  };
}

function append(part: Uint8Array, at: number): number {
  scratch.set(part, at);
  return at + part.length;
}
