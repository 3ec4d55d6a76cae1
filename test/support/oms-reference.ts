/**
 * OMS profiles B and D once more, from `@noble/ciphers` and the text of the standards: the
 * reference against which both the parsers and the suites of the product are held.
 *
 * @module
 */
import { cbc, cmac, ctr } from "@noble/ciphers/aes.js";

const ZERO = new Uint8Array(16);

/** KDF-A of EN 13757-7:2018 §9.6: CMAC(MK, D ‖ C ‖ ID ‖ 07 × 7). */
export function kdfA(mk: Uint8Array, d: number, counter: Uint8Array, id: Uint8Array): Uint8Array {
  return cmac(Uint8Array.of(d, ...counter, ...id, 7, 7, 7, 7, 7, 7, 7), mk);
}

/** Mode 7: `nonce` = D ‖ C ‖ ID; null if the MAC or 2F2F does not fit. */
export function openKdfA(
  mk: Uint8Array,
  nonce: Uint8Array,
  covered: Uint8Array,
  ciphertext: Uint8Array,
  mac: Uint8Array,
): Uint8Array | null {
  const [d, counter, id] = [nonce[0]!, nonce.slice(1, 5), nonce.slice(5)];
  const expected = cmac(covered, kdfA(mk, d + 1, counter, id)).subarray(0, mac.length);
  if (mac.length < 2 || Buffer.compare(expected, mac) !== 0) {
    return null;
  }
  const key = kdfA(mk, d, counter, id);
  const plaintext = cbc(key, ZERO, { disablePadding: true }).decrypt(Uint8Array.from(ciphertext));
  return plaintext[0] === 0x2f && plaintext[1] === 0x2f ? plaintext : null;
}

/** Mode 10: the key is derived from what the nonce says; null if the tag does not fit. */
export function openProfileD(
  mk: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): Uint8Array | null {
  const counter = Uint8Array.of(nonce[12]!, nonce[11]!, nonce[10]!, nonce[9]!);
  return openCcm(kdfA(mk, 0, counter, nonce.slice(2, 6)), nonce, aad, ciphertext, tag);
}

/** AES-CCM for q = 2 (NIST SP 800-38C §6.2, formatted by its Appendix A). */
export function openCcm(
  key: Uint8Array,
  nonce: Uint8Array,
  aad: Uint8Array,
  ciphertext: Uint8Array,
  tag: Uint8Array,
): Uint8Array | null {
  const stream = ctr(key, Uint8Array.of(0x01, ...nonce, 0, 0));
  const opened = stream.decrypt(Uint8Array.of(...ZERO, ...ciphertext));
  const mask = opened.subarray(0, 16);
  const plaintext = opened.slice(16);
  const { length } = plaintext;
  const flags = (aad.length > 0 ? 0x40 : 0) + ((tag.length - 2) / 2) * 8 + 1;
  const blocks = Uint8Array.of(
    ...[flags, ...nonce, length >> 8, length & 0xff],
    ...(aad.length > 0 ? padded([aad.length >> 8, aad.length & 0xff, ...aad]) : []),
    ...padded([...plaintext]),
  );
  const mac = cbc(key, ZERO, { disablePadding: true }).encrypt(blocks).slice(-16);
  const expected = mac.map((byte, i) => byte ^ mask[i]!).subarray(0, tag.length);
  return Buffer.compare(expected, tag) === 0 ? plaintext : null;
}

function padded(bytes: readonly number[]): readonly number[] {
  return [...bytes, ...new Array<number>((16 - (bytes.length % 16)) % 16).fill(0)];
}
