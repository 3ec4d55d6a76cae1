/**
 * Records of a CSV file as rows.
 *
 * A record that is cut short could lose its key, and the meter would silently get a new one: such
 * lines are refused here. After a fault in the quotation marks no later line can be trusted. Where
 * a column says which key a line holds, the lines of one meter become one row.
 *
 * @module
 */
import type { MeterRow } from "../../src/handover/formats/read-contract.ts";
import { CsvFault, type CsvRecord, readCsv } from "../csv.ts";
import { Misuse } from "../errors.ts";
import { findColumns, type ImportColumn, type Places } from "./columns.ts";
import { type RecordOptions, rowOfRecord } from "./record.ts";
import type { ImportItem } from "./source.ts";

/** A CSV file whose header was understood. */
export interface CsvTable {
  /** Columns of the file, from 1, that nothing is read from. */
  readonly unused: readonly number[];
  items(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ImportItem>;
}

/** Reads the header at once, so that a file without addresses is refused before it is sent. */
export async function openTable(
  bytes: AsyncIterable<Uint8Array>,
  chosen: ReadonlyMap<ImportColumn, string>,
  options: RecordOptions,
): Promise<CsvTable> {
  const records = readCsv(bytes);
  const { done, value } = await records.next().catch(refuseFile);
  await records.return(undefined);
  if (done === true) {
    throw new Misuse("the file is empty");
  }
  const header = value.fields;
  const places = findColumns(header, chosen);
  const used = new Set(places.values());
  return {
    unused: header.flatMap((_, place) => (used.has(place) ? [] : [place + 1])),
    items: (again) => {
      const items = itemsOf(readCsv(again), header.length, places, options);
      return places.has("key_type") ? joinKeys(items) : items;
    },
  };
}

async function* itemsOf(
  records: AsyncGenerator<CsvRecord>,
  width: number,
  places: Places,
  options: RecordOptions,
): AsyncGenerator<ImportItem> {
  try {
    await records.next();
    for await (const { line, fields } of records) {
      if (fields.every((field) => field === "")) {
        continue;
      }
      if (fields.length < width || fields.slice(width).some((field) => field !== "")) {
        const detail = `expected ${width} fields as in the first line, got ${fields.length}`;
        yield { line, rejected: { line, code: "CSV_FIELDS", detail } };
        continue;
      }
      const made = rowOfRecord(line, fields, places, options);
      yield "row" in made ? { line, ...made } : { line, rejected: made };
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) {
      throw error;
    }
    const { line, code } = error;
    const detail = `${error.message}; from here on nothing was imported`;
    yield { line, rejected: { line, code, detail } };
  }
}

type RowItem = Extract<ImportItem, { row: MeterRow }>;

/** Lines of one meter that follow one another, each with another key of it. */
async function* joinKeys(items: AsyncGenerator<ImportItem>): AsyncGenerator<ImportItem> {
  let held: RowItem | null = null;
  for await (const item of items) {
    const joined: RowItem | null = held !== null && "row" in item ? join(held, item) : null;
    if (joined === null && held !== null) {
      yield held;
    }
    held = joined ?? ("row" in item ? item : null);
    if (!("row" in item)) {
      yield item;
    }
  }
  if (held !== null) {
    yield held;
  }
}

/** Null when they are two meters, or have two keys of one kind. */
function join(first: RowItem, next: RowItem): RowItem | null {
  const isOne =
    first.row.address === next.row.address &&
    KEYS.every((key) => first.row[key] === undefined || next.row[key] === undefined);
  return isOne ? { ...first, row: { ...next.row, ...first.row } } : null;
}

const KEYS = ["key", "auth_key", "master_key"] as const;

function refuseFile(error: unknown): never {
  throw error instanceof CsvFault ? new Misuse(`line ${error.line}: ${error.message}`) : error;
}
