/**
 * scrypt by the platform: the same bytes as the portable one, several times faster.
 *
 * @module
 */
import { scrypt } from "node:crypto";
import { SCRYPT, type Scrypt } from "../protocol/derive.ts";

/** RFC 7914 §2: 128·N·r bytes, and the platform refuses just that much by default. */
const MAX_MEMORY_BYTES = 2 * 128 * SCRYPT.N * SCRYPT.r;

export const nodeScrypt: Scrypt = (password, salt) =>
  new Promise((resolve, reject) => {
    const { N, r, p, dkLen } = SCRYPT;
    scrypt(password, salt, dkLen, { N, r, p, maxmem: MAX_MEMORY_BYTES }, (error, key) =>
      error === null ? resolve(new Uint8Array(key)) : reject(error),
    );
  });
