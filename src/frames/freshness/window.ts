/**
 * What is known of one key version's frames: the last 64 counters and the last 64 frames.
 *
 * Late frames from other gateways are normal, so a window is kept and not a bare maximum. All of
 * it lies in one array of 32-bit words, which is also its stored form (little endian): hundreds of
 * thousands of windows are in memory at a time. Judging is monotone: a counter never moves back,
 * and judging the same frames once more changes nothing that matters.
 *
 * @module
 */

/** What a frame's counter and bytes say against those seen before. */
export type Freshness = "fresh" | "duplicate" | "old" | "unknown";

/** Verifications that an activation asks for; no more are kept. */
export const MAX_PROOFS = 3;

/** Words: has a counter, the counter, seen low and high, number of proofs, proofs, frames so far. */
const HAS_COUNTER = 0;
const COUNTER = 1;
/** Bit n of the 64: counter − n was seen. */
const SEEN_LOW = 2;
const SEEN_HIGH = 3;
const PROOFS = 4;
const FRAMES = 5 + MAX_PROOFS;
/** A ring of digests: it grows with the frames up to 64. */
const RING = FRAMES + 1;
const SPAN = 64;
const FIRST_RING = 4;

export class Window {
  #words: Uint32Array;

  private constructor(words: Uint32Array) {
    this.#words = words;
  }

  static empty(): Window {
    return new Window(new Uint32Array(RING + FIRST_RING));
  }

  /** Reads the stored form. */
  static read(bytes: Uint8Array): Window {
    const from = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const words = new Uint32Array(from.length >> 2);
    for (let i = 0; i < words.length; i++) {
      words[i] = from.readUInt32LE(i * 4);
    }
    return new Window(words);
  }

  write(): Buffer {
    const words = this.#words;
    const to = Buffer.allocUnsafe(words.length * 4);
    for (let i = 0; i < words.length; i++) {
      to.writeUInt32LE(words[i]!, i * 4);
    }
    return to;
  }

  /** The highest counter that was vouched for, or null. */
  get counter(): number | null {
    return this.#words[HAS_COUNTER] === 0 ? null : this.#words[COUNTER]!;
  }

  /** Independent verifications so far, at most {@link MAX_PROOFS}. */
  get proofs(): number {
    return this.#words[PROOFS]!;
  }

  addProof(proof: number): void {
    const words = this.#words;
    const known = words[PROOFS]!;
    if (known < MAX_PROOFS && !words.subarray(PROOFS + 1, PROOFS + 1 + known).includes(proof)) {
      words[PROOFS + 1 + known] = proof;
      words[PROOFS] = known + 1;
    }
  }

  /** Judges one frame and takes note of it; `counter` is null where nothing vouches for it. */
  judge(counter: number | null, digest: number): Freshness {
    const isRepeat = this.#repeats(digest);
    if (!isRepeat) {
      this.#remember(digest);
    }
    if (counter === null) {
      return isRepeat ? "duplicate" : "unknown";
    }
    const words = this.#words;
    const last = words[COUNTER]!;
    if (words[HAS_COUNTER] === 0 || counter > last) {
      this.#advance(words[HAS_COUNTER] === 0 ? SPAN : counter - last);
      words[HAS_COUNTER] = 1;
      words[COUNTER] = counter;
      return "fresh";
    }
    if (isRepeat) {
      return "duplicate";
    }
    const behind = last - counter;
    if (behind >= SPAN) {
      return "old";
    }
    const word = behind < 32 ? SEEN_LOW : SEEN_HIGH;
    const bit = (1 << (behind & 31)) >>> 0;
    if ((words[word]! & bit) !== 0) {
      return "old";
    }
    words[word] = words[word]! | bit;
    return "fresh";
  }

  /** Shifts the 64 bits by `step` and marks the newest. */
  #advance(step: number): void {
    const words = this.#words;
    const low = words[SEEN_LOW]!;
    const high = words[SEEN_HIGH]!;
    if (step >= SPAN) {
      words[SEEN_HIGH] = 0;
      words[SEEN_LOW] = 1;
    } else if (step >= 32) {
      words[SEEN_HIGH] = low << (step - 32);
      words[SEEN_LOW] = 1;
    } else {
      words[SEEN_HIGH] = (high << step) | (low >>> (32 - step));
      words[SEEN_LOW] = (low << step) | 1;
    }
  }

  #repeats(digest: number): boolean {
    const words = this.#words;
    const end = RING + Math.min(words[FRAMES]!, words.length - RING);
    for (let i = RING; i < end; i++) {
      if (words[i] === digest) {
        return true;
      }
    }
    return false;
  }

  #remember(digest: number): void {
    const frames = this.#words[FRAMES]!;
    const size = this.#words.length - RING;
    if (frames === size && size < SPAN) {
      const larger = new Uint32Array(RING + 2 * size);
      larger.set(this.#words);
      this.#words = larger;
    }
    const words = this.#words;
    words[RING + (frames % (words.length - RING))] = digest;
    // Only the remainder counts once the ring is full: the number never runs over.
    words[FRAMES] = frames + 1 < 2 * SPAN ? frames + 1 : SPAN;
  }
}
