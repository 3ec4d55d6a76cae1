/**
 * Reads CSV as people make it: comma or semicolon, byte order mark, any line end, quotes.
 *
 * The file may hold keys: no error quotes it, only the line is told.
 *
 * @module
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, type InfoRecord, parse } from "csv-parse";

const MAX_RECORD = 65_536;

/** What is wrong with a file, and from which line on. */
export class CsvFault extends Error {
  override readonly name = "CsvFault";
  readonly code: "CSV_ENCODING" | "CSV_QUOTES" | "CSV_LENGTH";
  readonly line: number;

  constructor(code: CsvFault["code"], line: number, detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.line = line;
  }
}

/** One record and the line it begins on; the first line of the file is 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** Reads records, the header among them, as the bytes come in. */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const texts = decode(bytes);
  const start = await readHeaderLine(texts);
  const parser = parse({
    delimiter: delimiterOf(start),
    record_delimiter: ["\r\n", "\n", "\r"],
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: MAX_RECORD,
  });
  const fed = pipeline(Readable.from(join(start, texts)), parser);
  // What breaks the pipeline is thrown by the loop below as well.
  fed.catch(() => undefined);
  let line = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      // `lines` counts to the end of the record; a quoted field may hold line breaks.
      line = info.lines;
      yield { line: line - lineBreaks(record), fields: record };
    }
  } catch (error) {
    throw error instanceof CsvError ? faultOf(error, line + 1) : error;
  }
}

interface Parsed {
  readonly record: readonly string[];
  readonly info: InfoRecord;
}

function faultOf(error: CsvError, after: number): CsvFault {
  const { code, lines } = error as CsvError & { lines?: unknown };
  const line = typeof lines === "number" ? Math.max(lines, after) : after;
  // The parser's own error quotes the field: it must not travel as a cause either.
  return code === "CSV_MAX_RECORD_SIZE"
    ? new CsvFault(
        "CSV_LENGTH",
        line,
        "the record is too long: is a closing quotation mark missing?",
      )
    : new CsvFault("CSV_QUOTES", line, "the quotation marks do not fit together");
}

async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  const checked = (chunk: Uint8Array | undefined): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new CsvFault("CSV_ENCODING", line, "expected UTF-8: save the file as CSV UTF-8");
    }
  };
  for await (const chunk of bytes) {
    const text = checked(chunk);
    line += text.split("\n").length - 1;
    yield text;
  }
  yield checked(undefined);
}

async function readHeaderLine(texts: AsyncGenerator<string>): Promise<string> {
  let start = "";
  while (!/\S[^\r\n]*[\r\n]/.test(start) && start.length < MAX_RECORD) {
    const { done, value } = await texts.next();
    if (done === true) {
      break;
    }
    start += value;
  }
  return start;
}

async function* join(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start;
  yield* rest;
}

/** The one that the header line has more of, outside quotation marks. */
function delimiterOf(start: string): "," | ";" {
  const header = start.trimStart().split(/[\r\n]/, 1)[0] ?? "";
  const bare = header.replace(/"[^"]*"/g, "");
  return bare.split(";").length > bare.split(",").length ? ";" : ",";
}

function lineBreaks(fields: readonly string[]): number {
  return fields.reduce((sum, text) => sum + (text.match(/\r\n|\n|\r/g)?.length ?? 0), 0);
}
