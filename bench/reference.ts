/**
 * The reference of the measurements: plain node:crypto on one core, a fresh cipher object per
 * frame, no look-up, no log, no HTTP.
 *
 * @module
 */
import { createDecipheriv } from "node:crypto";

export interface PlainFrame {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Decrypts every frame (AES-128-CBC) and answers frames per second. */
export function plainDecryptRate(frames: readonly PlainFrame[], repeat: number): number {
  const start = performance.now();
  let good = 0;
  for (let round = 0; round < repeat; round++) {
    for (const { key, iv, ciphertext } of frames) {
      const decipher = createDecipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
      const plaintext = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
      good += plaintext[0] === 0x2f && plaintext[1] === 0x2f ? 1 : 0;
    }
  }
  if (good !== frames.length * repeat) {
    throw new Error("reference: a frame did not decrypt");
  }
  return good / ((performance.now() - start) / 1000);
}
