/**
 * HalfSipHash-2-4 with 32 bits of output (Aumasson and Bernstein, the 32-bit form of SipHash): a
 * keyed hash for short inputs, cheap enough to run on every frame.
 *
 * It tells frames apart; it authenticates nothing. The key keeps a sender from making a frame
 * that is mistaken for another one's repetition.
 *
 * @module
 */

/** Bytes of key. */
export const HASH_KEY_LENGTH = 8;

/** A keyed hash of byte strings: 32 bits, unsigned. */
export type KeyedHash = (bytes: Uint8Array, length: number) => number;

/** Makes the hash under an 8-byte key. */
export function halfSipHash(key: Uint8Array): KeyedHash {
  const k0 = word(key, 0);
  const k1 = word(key, 4);
  let v0 = 0;
  let v1 = 0;
  let v2 = 0;
  let v3 = 0;

  function round(): void {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }

  function absorb(m: number): void {
    v3 ^= m;
    round();
    round();
    v0 ^= m;
  }

  return (bytes, length) => {
    v0 = k0;
    v1 = k1;
    v2 = 0x6c796765 ^ k0;
    v3 = 0x74656462 ^ k1;
    const whole = length & ~3;
    for (let at = 0; at < whole; at += 4) {
      absorb(word(bytes, at));
    }
    // The last word carries the length in its top byte.
    let last = length << 24;
    for (let at = whole; at < length; at++) {
      last |= bytes[at]! << (8 * (at - whole));
    }
    absorb(last);
    v2 ^= 0xff;
    round();
    round();
    round();
    round();
    return (v1 ^ v3) >>> 0;
  };
}

function word(b: Uint8Array, at: number): number {
  return b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24);
}
