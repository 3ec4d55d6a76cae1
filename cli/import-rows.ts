/**
 * Records of a CSV file as the import rows of the service, one JSON line each.
 *
 * A record that is cut short could lose its key, and the meter would silently get a new one: such
 * lines are refused here. After a fault in the quotation marks no later line can be trusted.
 *
 * @module
 */
import { CsvFault, type CsvRecord } from "./csv.ts";
import { Misuse } from "./errors.ts";
import { findColumns, type ImportColumn, KEY_COLUMNS, type Places } from "./import-columns.ts";

export interface Remark {
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

/** What was found out on the way; complete when the rows have been read. */
export interface ImportFindings {
  readonly rejected: Remark[];
  rows: number;
  hadKeys: boolean;
  /** Columns of the file, from 1, that nothing is read from. */
  readonly unused: readonly number[];
}

export interface ImportRows {
  readonly findings: ImportFindings;
  readonly lines: AsyncGenerator<string>;
}

/** Reads the header at once, so that a file without addresses is refused before it is sent. */
export async function openImport(
  records: AsyncGenerator<CsvRecord>,
  chosen: ReadonlyMap<ImportColumn, string>,
): Promise<ImportRows> {
  const { done, value } = await records.next().catch(refuseFile);
  if (done === true) {
    throw new Misuse("the file is empty");
  }
  const header = value.fields;
  const places = findColumns(header, chosen);
  const used = new Set(places.values());
  const unused = header.flatMap((_, place) => (used.has(place) ? [] : [place + 1]));
  const findings: ImportFindings = { rejected: [], rows: 0, hadKeys: false, unused };
  return { findings, lines: rowsOf(records, header.length, places, findings) };
}

async function* rowsOf(
  records: AsyncGenerator<CsvRecord>,
  width: number,
  places: Places,
  findings: ImportFindings,
): AsyncGenerator<string> {
  try {
    for await (const { line, fields } of records) {
      if (fields.every((field) => field === "")) {
        continue;
      }
      if (fields.length < width || fields.slice(width).some((field) => field !== "")) {
        const detail = `expected ${width} fields as in the first line, got ${fields.length}`;
        findings.rejected.push({ line, code: "CSV_FIELDS", detail });
        continue;
      }
      findings.rows += 1;
      const row = rowOf(fields, places);
      findings.hadKeys ||= KEY_COLUMNS.some((column) => column in row);
      yield `${JSON.stringify({ line, ...row })}\n`;
    }
  } catch (error) {
    if (!(error instanceof CsvFault)) {
      throw error;
    }
    const detail = `${error.message}; from here on nothing was imported`;
    findings.rejected.push({ line: error.line, code: error.code, detail });
  }
}

function rowOf(fields: readonly string[], places: Places): Readonly<Record<string, string>> {
  const row: Record<string, string> = {};
  for (const [column, place] of places) {
    const field = fields[place] ?? "";
    const value = KEY_COLUMNS.includes(column) ? field.replace(/\s/g, "") : field;
    if (value !== "") {
      row[column] = value;
    }
  }
  return row;
}

function refuseFile(error: unknown): never {
  throw error instanceof CsvFault ? new Misuse(`line ${error.line}: ${error.message}`) : error;
}
