/**
 * What tells one frame from another, whatever gateway delivered it.
 *
 * Two gateways may deliver one frame with and without link CRCs: so the digest is taken over the
 * cryptographic parts, not over the raw bytes.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { Knex } from "../db/open.ts";
import { HASH_KEY_LENGTH, halfSipHash, type KeyedHash } from "./half-siphash.ts";
import type { SealedFrame } from "./sealed-frame.ts";

/** Answers 32 bits; the same for the same frame as long as the database lives. */
export type FrameDigest = (frame: SealedFrame) => number;

/** A line of a request holds at most 4 KiB of frame. */
const scratch = new Uint8Array(16 * 1024);
const SETTING = "frame_digest_key";

/** Reads this deployment's digest key, and draws it the first time. */
export async function frameDigest(trx: Knex): Promise<FrameDigest> {
  const [row] = await trx("settings").where({ name: SETTING }).select("value");
  let key: Buffer;
  if (row === undefined) {
    key = randomBytes(HASH_KEY_LENGTH);
    await trx("settings").insert({ name: SETTING, value: key.toString("hex") });
  } else {
    key = Buffer.from(row.value, "hex");
  }
  const hash = halfSipHash(key);
  return (frame) => digest(hash, frame);
}

function digest(hash: KeyedHash, { nonce, ciphertext, tag, clear }: SealedFrame): number {
  let length = append(nonce, 0);
  length = append(ciphertext, length);
  length = append(tag, length);
  return hash(scratch, append(clear, length));
}

function append(part: Uint8Array, at: number): number {
  scratch.set(part, at);
  return at + part.length;
}
