/**
 * One record of a CSV file as one row: its cells cleaned, its address put together.
 *
 * @module
 */
import { columnOf } from "../../src/handover/formats/key-names.ts";
import type { MeterRow, ReadRemark } from "../../src/handover/formats/read-contract.ts";
import { parseTextKey, TEXT_KEY_WARNING } from "../../src/handover/formats/text-keys/read.ts";
import { type ImportColumn, KEY_COLUMNS, type Places } from "./columns.ts";
import type { Remark } from "./source.ts";

/** What the caller knows about a file that its columns do not say. */
export interface RecordOptions {
  /** Keys are 16 characters of text, not hex. */
  readonly textKeys: boolean;
  /** Who made the meters of rows that name no maker; empty = nobody knows. */
  readonly maker: string;
}

export interface RecordRow {
  readonly row: MeterRow;
  readonly warnings: readonly ReadRemark[];
}

type Cells = ReadonlyMap<ImportColumn, string>;

/** The columns of the service's own rows that are copied as they are. */
const COPIED = ["profile", "name", "order"] as const;

/** Answers the row, or why there is none. */
export function rowOfRecord(
  line: number,
  fields: readonly string[],
  places: Places,
  options: RecordOptions,
): RecordRow | Remark {
  const cells = cellsOf(fields, places);
  const keys = keysOf(cells, options.textKeys);
  if (keys === null) {
    const expected = options.textKeys ? "keys of 16 ASCII characters" : "hex digits in pairs";
    return { line, code: "KEY_FORMAT", detail: `expected ${expected}` };
  }
  const typed = typeKeys(keys, cells.get("key_type"));
  if (typed === null) {
    return { line, code: "KEY_UNUSED", detail: "key_type: names no key that meters have" };
  }
  const copied = COPIED.flatMap((column) => {
    const value = cells.get(column);
    return value === undefined ? [] : [[column, value] as const];
  });
  return {
    row: { address: addressOf(cells, options.maker), ...typed, ...Object.fromEntries(copied) },
    warnings:
      options.textKeys && Object.keys(keys).length > 0 ? [{ line, ...TEXT_KEY_WARNING }] : [],
  };
}

type Keys = Pick<MeterRow, "key" | "auth_key" | "master_key">;

/** Cells that say something, without what spreadsheets and people put around it. */
function cellsOf(fields: readonly string[], places: Places): Cells {
  const cells = new Map<ImportColumn, string>();
  for (const [column, place] of places) {
    // ="00123456" is how a spreadsheet is told that digits are text.
    const value = (fields[place] ?? "").replace(/^="(.*)"$/s, "$1").trim();
    if (value !== "") {
      cells.set(column, value);
    }
  }
  return cells;
}

function keysOf(cells: Cells, textKeys: boolean): Keys | null {
  const keys: Record<string, string> = {};
  for (const column of KEY_COLUMNS) {
    const cell = cells.get(column);
    if (cell !== undefined) {
      const key = textKeys ? parseTextKey(cell) : cell.replace(/[\s:-]|0x/gi, "");
      // A dash is no key, and no wish for a new one either.
      if (key === null || key === "") {
        return null;
      }
      keys[column] = key;
    }
  }
  return keys;
}

/** Where a column says which key the line holds, `key` is that one. */
function typeKeys(keys: Keys, type: string | undefined): Keys | null {
  if (type === undefined || keys.key === undefined) {
    return keys;
  }
  const column = columnOf(type);
  const { key, ...others } = keys;
  return column === null ? null : { ...others, [column]: key };
}

/** Unknown parts are left out: the service then says what an address looks like. */
function addressOf(cells: Cells, maker: string): string {
  const own = cells.get("address");
  const title = cells.get("system_title");
  const eui = cells.get("dev_eui");
  if (own === undefined && title !== undefined) {
    return `st:${bare(title)}`;
  }
  if (own === undefined && eui !== undefined) {
    return `eui:${bare(eui)}`;
  }
  const serial = numberOf(own ?? cells.get("serial") ?? "");
  const made = cells.get("manufacturer") ?? maker;
  if (made === "" || !/^[0-9A-F]{1,8}$/i.test(serial)) {
    return own ?? serial;
  }
  const [version, medium] = [cells.get("version"), cells.get("medium")];
  const isWhole = version !== undefined && medium !== undefined;
  return `${made}-${serial}${isWhole ? `/${bare(version)}/${bare(medium)}` : ""}`;
}

/** `76348799/A1/19` on a label is number, code of availability and year of production. */
function numberOf(text: string): string {
  return bare(text).replace(/^([0-9]{8})\/[0-9A-Z]{2}\/[0-9]{2}$/i, "$1");
}

function bare(text: string): string {
  return text.replace(/\s|^0x/gi, "");
}
