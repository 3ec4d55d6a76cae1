/**
 * The hand-over's scrypt by node:crypto: a tenth of the time of the portable one.
 *
 * @module
 */
import { scrypt } from "node:crypto";
import { SCRYPT } from "../src/handover/protocol/derive.ts";

/** RFC 7914 with the parameters of the hand-over. */
export function nodeScrypt(password: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  const { N, r, p, dkLen } = SCRYPT;
  // Node refuses what needs more than 32 MiB unless told.
  const options = { N, r, p, maxmem: 2 * 128 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, dkLen, options, (error, key) => {
      if (error === null) {
        resolve(new Uint8Array(key));
      } else {
        reject(error);
      }
    });
  });
}
