/**
 * Tells in one pass over its bytes that an entry is canonical, and where its members stand.
 *
 * It knows the plain form that nearly every entry has: ASCII, names without escapes. Of any other
 * it says nothing, and `entry-reader.ts` decides by parsing.
 *
 * @module
 */

/** Deeper ones are no entries (`docs/log-format.md`). */
export const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** ASCII that stands for itself in a string: 1. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);
/** What JSON.stringify writes with two characters: `"` `\` b f n r t. */
const SHORT = new Set([QUOTE, BACKSLASH, 0x62, 0x66, 0x6e, 0x72, 0x74]);
/** A number of this many digits is below 2^53 whatever they are. */
const SAFE_DIGITS = 15;

export interface Scanner {
  /**
   * True: the bytes from `from` to `to` are a canonical object of plain form. False: they may be
   * none, or of another form.
   */
  scan(bytes: Uint8Array, from: number, to: number): boolean;
  /** How many members the object scanned last has. */
  readonly count: number;
  /** Name start and end, value start and end of each; names without their quotes. */
  readonly offsets: Int32Array;
}

/** More members than an entry of 65 535 bytes can hold: each takes six bytes. */
const MAX_MEMBERS = 11_000;

/** No position: what stands there is not of plain form. */
const NONE = -1;

export function createScanner(): Scanner {
  const offsets = new Int32Array(MAX_MEMBERS * 4);
  let count = 0;

  return {
    offsets,
    get count() {
      return count;
    },
    scan(bytes, from, to) {
      count = 0;
      if (bytes[from] !== OPEN) {
        return false;
      }
      if (bytes[from + 1] === CLOSE) {
        return from + 2 === to;
      }
      let lastFrom = 0;
      let lastTo = 0;
      for (let at = from + 1; ; ) {
        const name = at + 1;
        const value = skipName(bytes, at, lastFrom, lastTo);
        at = value === NONE ? NONE : skipValue(bytes, value, 1);
        if (at === NONE) {
          return false;
        }
        lastFrom = name;
        lastTo = value - 2;
        offsets[count * 4] = name;
        offsets[count * 4 + 1] = lastTo;
        offsets[count * 4 + 2] = value;
        offsets[count * 4 + 3] = at;
        count++;
        if (bytes[at] !== COMMA) {
          // What stands behind the entry may go on with it: its end must be met exactly.
          return bytes[at] === CLOSE && at + 1 === to;
        }
        at++;
      }
    },
  };
}

/** Each answers the position behind what it skips, or NONE. */
function skipValue(bytes: Uint8Array, at: number, depth: number): number {
  switch (bytes[at]) {
    case QUOTE:
      return skipText(bytes, at + 1);
    case OPEN:
      return depth < MAX_DEPTH ? skipMembers(bytes, at + 1, depth + 1) : NONE;
    case OPEN_LIST:
      return depth < MAX_DEPTH ? skipItems(bytes, at + 1, depth + 1) : NONE;
    case 0x74:
      return skipWord(bytes, at, "true");
    case 0x66:
      return skipWord(bytes, at, "false");
    case 0x6e:
      return skipWord(bytes, at, "null");
    default:
      return skipNumber(bytes, at);
  }
}

/** From behind the opening quote. */
function skipText(bytes: Uint8Array, from: number): number {
  for (let at = from; ; ) {
    while (PLAIN[bytes[at]!] === 1) {
      at++;
    }
    if (bytes[at] === QUOTE) {
      return at + 1;
    }
    // Control characters as \u00xx are rare enough for the other way.
    if (bytes[at] !== BACKSLASH || !SHORT.has(bytes[at + 1]!)) {
      return NONE;
    }
    at += 2;
  }
}

function skipNumber(bytes: Uint8Array, from: number): number {
  const isNegative = bytes[from] === MINUS;
  const first = isNegative ? from + 1 : from;
  let at = first;
  while (bytes[at]! >= ZERO && bytes[at]! <= NINE) {
    at++;
  }
  const digits = at - first;
  const isNumber =
    digits === 1
      ? !(isNegative && bytes[first] === ZERO)
      : digits > 0 && digits <= SAFE_DIGITS && bytes[first] !== ZERO;
  return isNumber ? at : NONE;
}

function skipWord(bytes: Uint8Array, at: number, letters: string): number {
  for (let i = 0; i < letters.length; i++) {
    if (bytes[at + i] !== letters.charCodeAt(i)) {
      return NONE;
    }
  }
  return at + letters.length;
}

function skipItems(bytes: Uint8Array, from: number, depth: number): number {
  if (bytes[from] === CLOSE_LIST) {
    return from + 1;
  }
  for (let at = from; ; at++) {
    at = skipValue(bytes, at, depth);
    if (at === NONE) {
      return NONE;
    }
    if (bytes[at] !== COMMA) {
      return bytes[at] === CLOSE_LIST ? at + 1 : NONE;
    }
  }
}

function skipMembers(bytes: Uint8Array, from: number, depth: number): number {
  if (bytes[from] === CLOSE) {
    return from + 1;
  }
  let lastFrom = 0;
  let lastTo = 0;
  for (let at = from; ; at++) {
    const name = at + 1;
    const value = skipName(bytes, at, lastFrom, lastTo);
    if (value === NONE) {
      return NONE;
    }
    lastFrom = name;
    lastTo = value - 2;
    at = skipValue(bytes, value, depth);
    if (at === NONE) {
      return NONE;
    }
    if (bytes[at] !== COMMA) {
      return bytes[at] === CLOSE ? at + 1 : NONE;
    }
  }
}

/** Behind `"name":`, when the name comes after the last one; the first has none before it. */
function skipName(bytes: Uint8Array, from: number, lastFrom: number, lastTo: number): number {
  if (bytes[from] !== QUOTE) {
    return NONE;
  }
  const name = from + 1;
  let at = name;
  while (PLAIN[bytes[at]!] === 1) {
    at++;
  }
  const isName = bytes[at] === QUOTE && bytes[at + 1] === COLON;
  return isName && (lastFrom === 0 || isAfter(bytes, name, at, lastFrom, lastTo)) ? at + 2 : NONE;
}

/** Names ascend by code unit (RFC 8785 §3.2.3), which for ASCII is by byte. */
function isAfter(
  bytes: Uint8Array,
  from: number,
  to: number,
  lastFrom: number,
  lastTo: number,
): boolean {
  const length = Math.min(to - from, lastTo - lastFrom);
  for (let i = 0; i < length; i++) {
    const difference = bytes[from + i]! - bytes[lastFrom + i]!;
    if (difference !== 0) {
      return difference > 0;
    }
  }
  return to - from > lastTo - lastFrom;
}
