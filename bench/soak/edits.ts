/**
 * What noise, faults and attackers do to bytes: small edits that follow from three numbers each, so
 * that a list of them says all about a mutant and shrinks to the edit that matters.
 *
 * @module
 */

/** One edit; every number is legal, each kind takes what it needs of them. */
export interface Edit {
  readonly kind: number;
  readonly at: number;
  readonly value: number;
}

/** More than a line of a request holds. */
const MOST_BYTES = 8192;
const MOST_REPEATS = 1000;
/** Lengths and tags stand near the front; both ends of every form of length field are here. */
const FRONT = 24;
const TELLING = [
  0, 1, 0x0f, 0x10, 0x16, 0x68, 0x7e, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xdb, 0xe0, 0xff,
];

type Work = (bytes: Uint8Array, edit: Edit, other: Uint8Array) => Uint8Array;

const KINDS: readonly Work[] = [
  function flipBit(bytes, { at, value }) {
    return set(bytes, at % bytes.length, bytes[at % bytes.length]! ^ (1 << (value & 7)));
  },
  function setByte(bytes, { at, value }) {
    return set(bytes, at % bytes.length, value);
  },
  function overwriteLength(bytes, { at, value }) {
    return set(bytes, at % Math.min(FRONT, bytes.length), TELLING[value % TELLING.length]!);
  },
  function step(bytes, { at, value }) {
    const place = at % Math.min(FRONT, bytes.length);
    return set(bytes, place, bytes[place]! + (value % 2 === 0 ? 1 : -1));
  },
  function truncate(bytes, { at }) {
    return bytes.subarray(0, at % (bytes.length + 1));
  },
  function cutFront(bytes, { at }) {
    return bytes.subarray(at % FRONT);
  },
  function extend(bytes, { at, value }) {
    return join(bytes, new Uint8Array(1 + (at % 40)).fill(value));
  },
  function remove(bytes, { at, value }) {
    const from = at % bytes.length;
    return join(bytes.subarray(0, from), bytes.subarray(from + 1 + (value % 20)));
  },
  function double(bytes, { at, value }) {
    const from = at % bytes.length;
    const end = from + 1 + (value % 40);
    return join(bytes.subarray(0, end), bytes.subarray(from));
  },
  function exchange(bytes, { at, value }, other) {
    const from = at % bytes.length;
    const end = from + 1 + (value % 20);
    return join(bytes.subarray(0, from), other.subarray(from, end), bytes.subarray(end));
  },
  function splice(bytes, { at, value }, other) {
    const cut = at % (bytes.length + 1);
    return join(bytes.subarray(0, cut), other.subarray(value % 2 === 0 ? cut : value % (cut + 1)));
  },
  function repeat(bytes, { at, value }) {
    const end = 1 + (at % Math.min(FRONT, bytes.length));
    const times = Math.min(value % MOST_REPEATS, Math.floor(MOST_BYTES / end));
    return join(...new Array<Uint8Array>(times).fill(bytes.subarray(0, end)), bytes);
  },
];

/** How many kinds of edits there are. */
export const EDIT_KINDS = KINDS.length;

/** Applies edits in their order; `other` is a frame to splice with. The input stays as it is. */
export function applyEdits(
  bytes: Uint8Array,
  edits: readonly Edit[],
  other: Uint8Array,
): Uint8Array {
  let edited = bytes;
  for (const edit of edits) {
    if (edited.length > 0) {
      edited = KINDS[edit.kind % EDIT_KINDS]!(edited, edit, other).subarray(0, MOST_BYTES);
    }
  }
  return Uint8Array.from(edited);
}

/** Numbers below 2³² that look random and follow from `seed` (xorshift32, Marsaglia 2003). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}

/** A list of edits: mostly one or two, now and then none. */
export function randomEdits(next: () => number): Edit[] {
  return Array.from({ length: next() % 4 }, () => ({ kind: next(), at: next(), value: next() }));
}

function set(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = value;
  return copy;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
