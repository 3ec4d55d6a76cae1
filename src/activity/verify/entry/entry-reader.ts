/**
 * What a verification looks at in an entry's bytes: leaf hash, canonical form, time and action.
 *
 * @module
 */
import { canonicalJson } from "../../entries/canonical.ts";
import type { Json } from "../../entries/entry.ts";
import { parseMicroseconds } from "../../entries/entry-text.ts";
import { leafHash, leafHashIn, leafTextIn } from "../../hashing.ts";
import { createScanner, MAX_DEPTH } from "./entry-scan.ts";

/** C2SP tlog-tiles: an entry has a 16-bit length. */
export const MAX_ENTRY = 65_535;

export type ParsedEntry = { readonly [name: string]: Json };

/** Holds one entry at a time. */
export interface EntryReader {
  /** Takes an entry and answers its leaf hash. */
  read(entry: Uint8Array | string): Uint8Array;
  /**
   * Takes the entry that stands in `bytes` and answers its leaf hash as text, a character per
   * byte. The byte before it is spoilt, and `bytes` must stay as they are until the next entry.
   */
  readIn(bytes: Buffer, from: number, to: number): string;
  /** Whether it is canonical JSON of an object (`docs/log-format.md`). */
  isCanonical(): boolean;
  /** Microseconds since 1970 of `at`; NaN when there is none. Only of a canonical entry. */
  at(): number;
  /** The `action`; empty when there is none. Only of a canonical entry. */
  action(): string;
  /** The values of these members as a JSON list, null for absent ones. Only of a canonical entry. */
  values(names: readonly Buffer[]): string;
  /** All of it. Only of a canonical entry. */
  parse(): ParsedEntry;
}

const AT = Buffer.from("at");
const ACTION = Buffer.from("action");
/** `"2026-01-02T03:04:05.678901Z"`, and as far as its `T`. */
const TIME_LENGTH = 29;
const DAY_LENGTH = 12;

export function createEntryReader(): EntryReader {
  // A spare byte before the entry, for the prefix of its leaf hash.
  const own = Buffer.alloc(1 + MAX_ENTRY);
  let bytes: Buffer = own;
  let start = 1;
  const scanner = createScanner();
  const day = Buffer.alloc(DAY_LENGTH);
  let dayAt = Number.NaN;
  let end = 1;
  let isScanned = false;
  let parsed: ParsedEntry | null = null;
  let isTooLong = false;

  /** Where the value of a plain entry's member starts; 0 when it has none of this name. */
  function find(name: Buffer): number {
    const { offsets, count } = scanner;
    for (let i = 0; i < count * 4; i += 4) {
      const from = offsets[i]!;
      if (offsets[i + 1]! - from === name.length && isAt(name, from)) {
        return i;
      }
    }
    return -1;
  }

  function isAt(name: Buffer, from: number): boolean {
    for (let i = 0; i < name.length; i++) {
      if (bytes[from + i] !== name[i]) {
        return false;
      }
    }
    return true;
  }

  /** Entries come by the thousand in one day: its date is read once. */
  function timeAt(from: number, to: number): number {
    if (to - from !== TIME_LENGTH || bytes[from] !== QUOTE) {
      return Number.NaN;
    }
    if (!isAt(day, from)) {
      bytes.copy(day, 0, from, from + DAY_LENGTH);
      dayAt = parseMicroseconds(`${day.toString("latin1", 1)}00:00:00.000000Z`);
    }
    const hours = digits(bytes, from + 12, 2);
    const minutes = digits(bytes, from + 15, 2);
    const seconds = digits(bytes, from + 18, 2);
    const micros = digits(bytes, from + 21, 6);
    const isWhole =
      bytes[from + 14] === COLON &&
      bytes[from + 17] === COLON &&
      bytes[from + 20] === DOT &&
      bytes[from + 27] === LETTER_Z;
    const isTime = isWhole && hours < 24 && minutes < 60 && seconds < 60;
    const at = dayAt + ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + micros;
    return isTime && Number.isSafeInteger(at) ? at : Number.NaN;
  }

  function parse(): ParsedEntry {
    parsed ??= JSON.parse(bytes.toString("utf8", start, end)) as ParsedEntry;
    return parsed;
  }

  return {
    read(entry) {
      parsed = null;
      const length = typeof entry === "string" ? Buffer.byteLength(entry) : entry.length;
      isTooLong = length > MAX_ENTRY;
      if (isTooLong) {
        return leafHash(entry);
      }
      bytes = own;
      if (typeof entry === "string") {
        bytes.write(entry, 1);
      } else {
        bytes.set(entry, 1);
      }
      start = 1;
      end = 1 + length;
      return leafHashIn(bytes, start, end);
    },
    readIn(given, from, to) {
      parsed = null;
      isTooLong = to - from > MAX_ENTRY;
      bytes = given;
      start = from;
      end = to;
      return leafTextIn(bytes, from, to);
    },
    isCanonical() {
      isScanned = !isTooLong && scanner.scan(bytes, start, end);
      if (isScanned) {
        return true;
      }
      parsed = isTooLong ? null : parseCanonical(bytes.subarray(start, end));
      return parsed !== null;
    },
    at() {
      if (!isScanned) {
        return parseMicroseconds(String(parse()["at"]));
      }
      const i = find(AT);
      return i < 0 ? Number.NaN : timeAt(scanner.offsets[i + 2]!, scanner.offsets[i + 3]!);
    },
    action() {
      if (isScanned) {
        const i = find(ACTION);
        const from = i < 0 ? 0 : scanner.offsets[i + 2]!;
        const to = i < 0 ? 0 : scanner.offsets[i + 3]!;
        const plain = bytes[from] === QUOTE ? bytes.toString("latin1", from + 1, to - 1) : "";
        if (!plain.includes("\\")) {
          return plain;
        }
      }
      const action = parse()["action"];
      return typeof action === "string" ? action : "";
    },
    values(names) {
      if (!isScanned) {
        const entry = parse();
        return JSON.stringify(names.map((name) => entry[name.toString()] ?? null));
      }
      let list = "[";
      for (const name of names) {
        const i = find(name);
        const { offsets } = scanner;
        const value = i < 0 ? "null" : bytes.toString("latin1", offsets[i + 2], offsets[i + 3]);
        list += list === "[" ? value : `,${value}`;
      }
      return `${list}]`;
    },
    parse,
  };
}

const QUOTE = 0x22;
const COLON = 0x3a;
const DOT = 0x2e;
const LETTER_Z = 0x5a;

/** A decimal number of `count` digits; NaN when one of them is none. */
function digits(bytes: Buffer, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 9) {
      return Number.NaN;
    }
    value = value * 10 + digit;
  }
  return value;
}

/** The entry, when it is one as `docs/log-format.md` has it; null otherwise. */
export function parseCanonical(entry: Uint8Array | string): ParsedEntry | null {
  try {
    const text =
      typeof entry === "string"
        ? entry
        : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(entry);
    const value: Json = JSON.parse(text);
    return isObject(value) && isWithin(value, MAX_DEPTH) && canonicalJson(value) === text
      ? value
      : null;
  } catch {
    return null;
  }
}

function isObject(value: Json): value is ParsedEntry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether objects and lists are at most `depth` deep. */
function isWithin(value: Json, depth: number): boolean {
  return typeof value !== "object" || value === null
    ? true
    : depth > 0 && Object.values(value).every((item) => isWithin(item, depth - 1));
}
