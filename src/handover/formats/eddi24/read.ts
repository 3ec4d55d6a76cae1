/**
 * Key lists of eddi24 and casameta: `KAM;76348799;00112233445566778899AABBCCDDEEFF` in each line.
 *
 * Maker and number are optional there, because the program tries every key on every meter. Here a
 * key belongs to one meter and is never tried on another: a line without them is rejected.
 *
 * @module
 */
import { type Found, rejected } from "../read-contract.ts";
import { parseTextKey, TEXT_KEY_WARNING } from "../text-keys/read.ts";

const LINE = /^(?:([^;]{0,40});)?(?:([^;]{0,40});)?([^;]{1,100})$/;
const FLAG = /^[A-Za-z]{3}$/;
const NUMBER = /^[0-9]{8}$/;
const HEX_KEY = /^(?:[0-9A-Fa-f]{2}[ -]?){16}$/;
/** What a first line looks like that can be nothing else. */
const TELLING = /^(?:[A-Za-z]{3};)?(?:[0-9]{8};)?[0-9A-Fa-f]{32}$/;

/** Tells whether a file is such a list, by its first line. */
export function isKeyList(line: string): boolean {
  return TELLING.test(line.trim());
}

/** What the caller knows about a list that the list does not say. */
export interface KeyListOptions {
  /** Keys of 16 characters instead of hex. */
  readonly textKeys: boolean;
  /** Who made the meters of lines that name no maker. */
  readonly maker: string;
}

/** Reads one line; null for an empty one. */
export function readKeyLine(text: string, line: number, options: KeyListOptions): Found | null {
  const trimmed = text.trim();
  if (trimmed === "") {
    return null;
  }
  const [, first = "", second = "", last = ""] = (LINE.exec(trimmed) ?? []).map(
    (part?: string) => part?.trim() ?? "",
  );
  if (last === "") {
    return rejected(line, "LINE_FORMAT", "expected MAKER;NUMBER;KEY");
  }
  // With one field before the key, its form says which it is.
  const [named, number] = second === "" && NUMBER.test(first) ? ["", first] : [first, second];
  const maker = named === "" ? options.maker : named;
  if (!NUMBER.test(number)) {
    return rejected(line, "METER_NAMELESS", "expected the meter's 8 digits before the key");
  }
  if (!FLAG.test(maker)) {
    return rejected(line, "MAKER_MISSING", "expected the maker's three letters first");
  }
  const address = `${maker.toUpperCase()}-${number}`;
  if (options.textKeys) {
    const key = parseTextKey(last);
    return key === null
      ? rejected(line, "KEY_FORMAT", "expected a key of 16 ASCII characters")
      : { line, row: { address, key }, warnings: [{ line, ...TEXT_KEY_WARNING }] };
  }
  return HEX_KEY.test(last)
    ? { line, row: { address, key: last.replace(/[ -]/g, "") } }
    : rejected(line, "KEY_FORMAT", "expected a key of 32 hex digits");
}
