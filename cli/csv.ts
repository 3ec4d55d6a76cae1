/**
 * Reads CSV as people make it: comma, semicolon or tab, byte order mark, any line end, quotes.
 *
 * The file may hold keys: no error quotes it, only the line is told.
 *
 * @module
 */
import { type Parser, parse } from "csv-parse";
import { decodeText, EncodingFault } from "./import/text.ts";

const MAX_RECORD = 65_536;

/** What is wrong with a file, and from which line on. */
export class CsvFault extends Error {
  override readonly name = "CsvFault";
  readonly code: "CSV_ENCODING" | "CSV_QUOTES" | "CSV_LENGTH";
  readonly line: number;

  constructor(code: CsvFault["code"], line: number, detail: string) {
    super(detail);
    this.code = code;
    this.line = line;
  }
}

/** One record and the line it begins on; the first line of the file is 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** Reads records, the header among them, as the bytes come in; those before a fault come first. */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const texts = decode(bytes);
  const start = await readHeaderLine(texts);
  let records: CsvRecord[] = [];
  let end = 0;
  const parser = parse({
    delimiter: delimiterOf(start),
    record_delimiter: "\n",
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: MAX_RECORD,
    // Taken here: a stream that fails throws away what it still holds, which may be good lines.
    on_record(fields: string[], { lines }) {
      end = lines;
      records.push({ line: lines - lineBreaks(fields), fields });
      return null;
    },
  });
  parser.resume();
  // An error is also emitted after the write that it failed was answered.
  parser.on("error", () => undefined);
  for await (const text of join(start, texts)) {
    const error = await feed(parser, text);
    yield* records;
    records = [];
    if (error !== null) {
      throw faultOf(error, end + 1);
    }
  }
}

/** Answers when the parser has taken `text`; null is the end of the file. */
function feed(parser: Parser, text: string | null): Promise<Error | null> {
  return new Promise((resolve) => {
    const done = (error?: Error | null): void => {
      parser.off("error", done);
      resolve(error ?? null);
    };
    parser.on("error", done);
    if (text === null) {
      parser.end(done);
    } else {
      parser.write(text, done);
    }
  });
}

/**
 * The parser's own error quotes the field, so it does not travel on, not even as a cause. What was
 * opened and never closed is told by the line on which it begins.
 */
function faultOf(error: Error, begin: number): CsvFault {
  const { code, lines } = error as Error & { code?: unknown; lines?: unknown };
  if (code === "CSV_MAX_RECORD_SIZE") {
    const detail = "the record is too long, a quotation mark may be missing";
    return new CsvFault("CSV_LENGTH", begin, detail);
  }
  const line = typeof lines === "number" && code !== "CSV_QUOTE_NOT_CLOSED" ? lines : begin;
  return new CsvFault("CSV_QUOTES", line, "the quotation marks do not fit together");
}

/** The fault of the encoding as one of the file. */
async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  try {
    yield* decodeText(bytes);
  } catch (error) {
    throw error instanceof EncodingFault
      ? new CsvFault("CSV_ENCODING", error.line, error.message)
      : error;
  }
}

async function readHeaderLine(texts: AsyncGenerator<string>): Promise<string> {
  let start = "";
  while (!/\S.*\n/.test(start) && start.length < MAX_RECORD) {
    const { done, value } = await texts.next();
    if (done === true) {
      break;
    }
    start += value;
  }
  return start;
}

async function* join(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string | null> {
  try {
    yield start;
    yield* rest;
    yield null;
  } finally {
    // Who reads the header only leaves before the rest was begun.
    await rest.return(undefined);
  }
}

/** The one that the header line has most of, outside quotation marks. */
function delimiterOf(start: string): string {
  const header = start.trimStart().split("\n", 1)[0] ?? "";
  const bare = header.replace(/"[^"]*"/g, "");
  const counted = [",", ";", "\t"].map((mark) => [mark, bare.split(mark).length] as const);
  return counted.reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

function lineBreaks(fields: readonly string[]): number {
  return fields.reduce((sum, text) => sum + text.split("\n").length - 1, 0);
}
