/**
 * The lines of a request body, as they arrive: a list of lines per chunk.
 *
 * A line longer than 8 KiB is answered as null and thrown away; the body itself has no limit,
 * because memory holds one chunk at a time.
 *
 * @module
 */
import type { Request } from "express";
import { Problem } from "../base/problem.ts";

const MAX_LINE = 8192;
const NEWLINE = 0x0a;

export interface Line {
  readonly number: number;
  /** Null = the line was too long. */
  readonly text: string | null;
}

export async function* readLines(req: Request): AsyncGenerator<Line[]> {
  if ((req.headers["content-encoding"] ?? "identity") !== "identity") {
    throw new Problem(415, "BODY_ENCODING", "expected a body without content encoding");
  }
  let rest: Buffer = Buffer.alloc(0);
  let isTooLong = false;
  let number = 0;
  // Who stops reading has an answer to give: the rest is thrown away, not the connection.
  const chunks: AsyncIterable<Buffer> = req.iterator({ destroyOnReturn: false });
  try {
    for await (const chunk of chunks) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const lines: Line[] = [];
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        const fits = !isTooLong && end - from <= MAX_LINE;
        lines.push({ number: ++number, text: fits ? textOf(bytes, from, end) : null });
        isTooLong = false;
        from = end + 1;
      }
      rest = bytes.subarray(from);
      if (rest.length > MAX_LINE) {
        isTooLong = true;
        rest = Buffer.alloc(0);
      }
      if (lines.length > 0) {
        yield lines;
      }
    }
  } finally {
    req.resume();
  }
  if (rest.length > 0 || isTooLong) {
    yield [{ number: ++number, text: isTooLong ? null : textOf(rest, 0, rest.length) }];
  }
}

function textOf(bytes: Buffer, from: number, end: number): string {
  const to = end > from && bytes[end - 1] === 0x0d ? end - 1 : end;
  return bytes.toString("utf8", from, to);
}
