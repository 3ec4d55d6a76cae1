/**
 * Bytes of a text file as text: UTF-8, or UTF-16 by its byte order mark, with one kind of line end.
 *
 * Excel saves "Unicode text" as UTF-16. Other encodings are refused: a wrong guess would change
 * names unseen, and a key file is no place for guesses.
 *
 * @module
 */

import { encodingOf } from "../../src/handover/formats/xml/decode.ts";

/** Text that is not what it claims; `line` is where that was found. */
export class EncodingFault extends Error {
  override readonly name = "EncodingFault";
  readonly line: number;

  constructor(line: number) {
    super("expected UTF-8 or UTF-16, save the file as CSV UTF-8");
    this.line = line;
  }
}

/** Yields text as the bytes come in. */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  let line = 1;
  let held = "";
  const decode = (chunk: Uint8Array | undefined): string => {
    decoder ??= new TextDecoder(encodingOf(chunk ?? new Uint8Array()), { fatal: true });
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new EncodingFault(line);
    }
  };
  for await (const chunk of atLeastTwo(bytes)) {
    const text = held + decode(chunk);
    // The second half of a CRLF may be in the next chunk.
    held = text.endsWith("\r") ? "\r" : "";
    const lines = text.slice(0, text.length - held.length).replace(/\r\n?/g, "\n");
    line += lines.split("\n").length - 1;
    yield lines;
  }
  yield (held + decode(undefined)).replace(/\r/g, "\n");
}

/** Yields lines with their numbers, from 1; none is longer than `limit`. */
export async function* readTextLines(
  bytes: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  let line = 1;
  let rest = "";
  for await (const text of decodeText(bytes)) {
    const lines = (rest + text).split("\n");
    // What is longer than any line of the form is not one, however it goes on.
    rest = (lines.pop() ?? "").slice(0, limit);
    for (const one of lines) {
      yield { line, text: one.slice(0, limit) };
      line += 1;
    }
  }
  if (rest !== "") {
    yield { line, text: rest };
  }
}

/** A byte order mark is two bytes; a first chunk of one would hide it. */
async function* atLeastTwo(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first: Uint8Array = new Uint8Array();
  let isStarted = false;
  for await (const chunk of bytes) {
    if (isStarted) {
      yield chunk;
      continue;
    }
    first = first.length === 0 ? chunk : Uint8Array.of(...first, ...chunk);
    if (first.length >= 2) {
      isStarted = true;
      yield first;
    }
  }
  if (!isStarted && first.length > 0) {
    yield first;
  }
}
