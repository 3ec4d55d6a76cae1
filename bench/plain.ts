/**
 * The reference of the measurements: the same cryptography written plainly with `node:crypto`, on
 * one core, with a fresh cipher object per frame. No wrapped keys, look-up, log or HTTP.
 *
 * @module
 */
import { createDecipheriv, timingSafeEqual } from "node:crypto";
import { plainCmac, plainCrc } from "./plain-cmac.ts";

export interface PlainKeys {
  readonly key: Uint8Array;
  /** The authentication key of DLMS. */
  readonly auth: Uint8Array | null;
}

/** A frame, cut into its cryptographic parts beforehand. */
export interface PlainFrame {
  readonly nonce: Uint8Array;
  readonly securityControl: number;
  readonly aad: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly clear: Uint8Array;
  readonly tag: Uint8Array;
}

/** Decrypts and checks one frame; says whether its check held. */
export type PlainOpen = (keys: PlainKeys, frame: PlainFrame) => boolean;

const ZERO = Buffer.alloc(16);

export const openMode5: PlainOpen = ({ key }, { nonce, ciphertext }) =>
  beginsFilled(decryptCbc(key, nonce, ciphertext));

/** Mode 7: two derived keys, the MAC, then the decryption. */
export const openMode7: PlainOpen = ({ key }, { nonce, aad, ciphertext, clear, tag }) => {
  const [macKey, encKey] = [1, 0].map((use) => plainCmac(key, kdfInput(use, nonce.subarray(1))));
  const mac = plainCmac(macKey!, Buffer.concat([aad, ciphertext, clear])).subarray(0, tag.length);
  return timingSafeEqual(mac, tag) && beginsFilled(decryptCbc(encKey!, ZERO, ciphertext));
};

/** Mode 10: one derived key; the counter is big endian in the nonce and turned round in the KDF. */
export const openMode10: PlainOpen = ({ key }, { nonce, aad, ciphertext, tag }) => {
  const counter = Uint8Array.from(nonce.subarray(9)).reverse();
  const encKey = plainCmac(key, kdfInput(0, Buffer.concat([counter, nonce.subarray(2, 6)])));
  const options = { authTagLength: tag.length };
  const decipher = createDecipheriv("aes-128-ccm", encKey, nonce, options);
  decipher.setAuthTag(tag);
  decipher.setAAD(aad, { plaintextLength: ciphertext.length });
  decipher.update(ciphertext);
  decipher.final();
  return true;
};

export const openEll: PlainOpen = ({ key }, { nonce, ciphertext }) => {
  const decipher = createDecipheriv("aes-128-ctr", key, nonce);
  const plaintext = decipher.update(ciphertext);
  decipher.final();
  return plainCrc(plaintext.subarray(2)) === plaintext.readUInt16LE(0);
};

/** DLMS, authenticated and encrypted: AES-GCM with a tag of 12 bytes over SC ‖ AK. */
export const openGcm: PlainOpen = ({ key, auth }, { nonce, securityControl, ciphertext, tag }) => {
  const algorithm = key.length === 32 ? "aes-256-gcm" : "aes-128-gcm";
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: 12 });
  decipher.setAAD(Buffer.concat([Buffer.of(securityControl), auth!]));
  decipher.setAuthTag(tag);
  decipher.update(ciphertext);
  decipher.final();
  return true;
};

function decryptCbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Buffer {
  const decipher = createDecipheriv("aes-128-cbc", key, iv).setAutoPadding(false);
  const plaintext = decipher.update(ciphertext);
  decipher.final();
  return plaintext;
}

function beginsFilled(plaintext: Uint8Array): boolean {
  return plaintext[0] === 0x2f && plaintext[1] === 0x2f;
}

function kdfInput(use: number, counterAndId: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(use), counterAndId, Buffer.alloc(7, 7)]);
}
