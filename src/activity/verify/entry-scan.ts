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

/** Where the members of an entry stand: four offsets each, of its name and of its value. */
export interface Members {
  readonly offsets: readonly number[];
}

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

export function createScanner(): Scanner {
  const offsets = new Int32Array(MAX_MEMBERS * 4);
  let count = 0;
  let bytes: Uint8Array = new Uint8Array(0);
  let end = 0;
  let at = 0;

  /** After the opening quote; leaves `at` behind the closing one. */
  function text(): boolean {
    for (;;) {
      while (PLAIN[bytes[at]!] === 1) {
        at++;
      }
      if (at >= end) {
        return false;
      }
      if (bytes[at] === QUOTE) {
        at++;
        return true;
      }
      // Control characters as \u00xx are rare enough for the other way.
      if (bytes[at] !== BACKSLASH || !SHORT.has(bytes[at + 1]!)) {
        return false;
      }
      at += 2;
    }
  }

  function number(): boolean {
    const isNegative = bytes[at] === MINUS;
    const first = isNegative ? ++at : at;
    while (isDigit(bytes[at]!)) {
      at++;
    }
    const digits = at - first;
    return digits === 1
      ? !(isNegative && bytes[first] === ZERO)
      : digits > 0 && digits <= SAFE_DIGITS && bytes[first] !== ZERO;
  }

  function word(letters: string): boolean {
    for (let i = 0; i < letters.length; i++) {
      if (bytes[at + i] !== letters.charCodeAt(i)) {
        return false;
      }
    }
    at += letters.length;
    return true;
  }

  function value(depth: number): boolean {
    switch (bytes[at]) {
      case QUOTE:
        at++;
        return text();
      case OPEN:
        return depth < MAX_DEPTH && members(depth + 1);
      case OPEN_LIST:
        return depth < MAX_DEPTH && items(depth + 1);
      case 0x74:
        return word("true");
      case 0x66:
        return word("false");
      case 0x6e:
        return word("null");
      default:
        return number();
    }
  }

  function items(depth: number): boolean {
    at++;
    if (bytes[at] === CLOSE_LIST) {
      at++;
      return true;
    }
    for (;;) {
      if (!value(depth)) {
        return false;
      }
      const next = bytes[at++];
      if (next !== COMMA) {
        return next === CLOSE_LIST;
      }
    }
  }

  function members(depth: number): boolean {
    at++;
    if (bytes[at] === CLOSE) {
      at++;
      return true;
    }
    let lastFrom = -1;
    let lastTo = -1;
    for (;;) {
      if (bytes[at] !== QUOTE) {
        return false;
      }
      const from = ++at;
      while (PLAIN[bytes[at]!] === 1) {
        at++;
      }
      const to = at;
      if (bytes[at] !== QUOTE || bytes[at + 1] !== COLON) {
        return false;
      }
      if (lastFrom >= 0 && !isAfter(from, to, lastFrom, lastTo)) {
        return false;
      }
      at += 2;
      const start = at;
      if (!value(depth)) {
        return false;
      }
      if (depth === 1) {
        offsets[count * 4] = from;
        offsets[count * 4 + 1] = to;
        offsets[count * 4 + 2] = start;
        offsets[count * 4 + 3] = at;
        count++;
      }
      lastFrom = from;
      lastTo = to;
      const next = bytes[at++];
      if (next !== COMMA) {
        return next === CLOSE;
      }
    }
  }

  /** Names ascend by code unit (RFC 8785 §3.2.3), which for ASCII is by byte. */
  function isAfter(from: number, to: number, lastFrom: number, lastTo: number): boolean {
    const length = Math.min(to - from, lastTo - lastFrom);
    for (let i = 0; i < length; i++) {
      const difference = bytes[from + i]! - bytes[lastFrom + i]!;
      if (difference !== 0) {
        return difference > 0;
      }
    }
    return to - from > lastTo - lastFrom;
  }

  return {
    offsets,
    get count() {
      return count;
    },
    scan(given, from, to) {
      bytes = given;
      at = from;
      end = to;
      count = 0;
      // What stands behind the entry may go on with it: its end must be met exactly.
      return bytes[from] === OPEN && members(1) && at === to;
    },
  };
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= 0x39;
}
