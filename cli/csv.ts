/**
 * Reads CSV as people make it: comma or semicolon, byte order mark, any line end, quotes.
 *
 * The file may hold keys: no error quotes it, only the line is told.
 *
 * @module
 */
import { type Parser, parse } from "csv-parse";

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

/** Text with one kind of line end, so that lines are counted alike everywhere. */
async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  let held = "";
  const decodeChunk = (chunk: Uint8Array | undefined): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new CsvFault("CSV_ENCODING", line, "expected UTF-8, save the file as CSV UTF-8");
    }
  };
  for await (const chunk of bytes) {
    const text = held + decodeChunk(chunk);
    // The second half of a CRLF may be in the next chunk.
    held = text.endsWith("\r") ? "\r" : "";
    const lines = text.slice(0, text.length - held.length).replace(/\r\n?/g, "\n");
    line += lines.split("\n").length - 1;
    yield lines;
  }
  yield (held + decodeChunk(undefined)).replace(/\r/g, "\n");
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
  yield start;
  yield* rest;
  yield null;
}

/** The one that the header line has more of, outside quotation marks. */
function delimiterOf(start: string): "," | ";" {
  const header = start.trimStart().split("\n", 1)[0] ?? "";
  const bare = header.replace(/"[^"]*"/g, "");
  return bare.split(";").length > bare.split(",").length ? ";" : ",";
}

function lineBreaks(fields: readonly string[]): number {
  return fields.reduce((sum, text) => sum + text.split("\n").length - 1, 0);
}
