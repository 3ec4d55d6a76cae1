/**
 * Frames from a file or a pipe, in any form of `frame-formats/`, as the NDJSON of the service.
 *
 * Every line of text gets its number as `ref`, so that every answer can be found in the file. A
 * line that cannot be read is not sent: its error row waits for its turn among the answers.
 *
 * @module
 */
import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { FrameError } from "../src/frames/sealed-frame.ts";
import { Misuse, Refusal } from "./errors.ts";
import { FRAME_FORMATS, type FrameFormat, formatOf } from "./frame-formats/formats.ts";
import { foreignTelegram } from "./frame-formats/json-object.ts";
import { unreadable } from "./frame-formats/line.ts";

/** The service takes lines of 8 KiB; a part of it is for `ref` and the names. */
const MAX_HEX = 8000;
/** So much may stand before the first line that tells the format. */
const MAX_PREAMBLE = 1000;

/** A line that was not sent, and after how many frames its row belongs. */
export interface UnsentRow {
  readonly after: number;
  readonly row: string;
}

/** What has been read so far. */
export interface Sent {
  frames: number;
  readonly unsent: UnsentRow[];
}

/** @throws {@link Misuse} when there is no such file. */
export async function openFrames(file: string): Promise<Readable> {
  if (file === "-") {
    return process.stdin;
  }
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch {
    throw new Misuse("the file of frames cannot be read");
  }
  return createReadStream(file, { fd: handle });
}

/** Passes on whole lines, as many at a time as came in; without a format, the file tells it. */
export async function* asNdjson(
  input: Readable,
  format: FrameFormat | null,
  sent: Sent,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const converter = createConverter(format, sent);
  let rest = "";
  try {
    for await (const bytes of input) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield converter.take(lines);
    }
  } catch (cause) {
    throw new Refusal("UNREADABLE", "the frames cannot be read to their end", { cause });
  }
  yield converter.take([rest + decoder.decode()]) + converter.end();
}

interface Converter {
  take(lines: readonly string[]): string;
  /** What is left when no line has told the format: hex that is none. */
  end(): string;
}

type Convert = (line: string, number: number) => string;

function createConverter(format: FrameFormat | null, sent: Sent): Converter {
  let convert = format === null ? null : converterFor(format, sent);
  let preamble: (readonly [string, number])[] = [];
  let number = 0;
  const decide = (known: FrameFormat): string => {
    const chosen = converterFor(known, sent);
    const block = preamble.map(([line, at]) => chosen(line, at)).join("");
    convert = chosen;
    preamble = [];
    return block;
  };
  return {
    take(lines) {
      let block = "";
      for (const padded of lines) {
        number += 1;
        const line = padded.trim();
        if (line === "") {
          continue;
        }
        if (convert !== null) {
          block += convert(line, number);
          continue;
        }
        preamble.push([line, number]);
        const known = formatOf(line) ?? (preamble.length === MAX_PREAMBLE ? "hex" : null);
        block += known === null ? "" : decide(known);
      }
      return block;
    },
    end: () => decide("hex"),
  };
}

function converterFor(format: FrameFormat, sent: Sent): Convert {
  const refuse = (ref: unknown, { code, message }: FrameError): string => {
    const row = JSON.stringify({ ref, error: { code, detail: message } });
    sent.unsent.push({ after: sent.frames, row: `${row}\n` });
    return "";
  };
  const send = (ref: unknown, hex: string | FrameError): string => {
    if (hex instanceof FrameError) {
      return refuse(ref, hex);
    }
    if (hex.length > MAX_HEX) {
      return refuse(ref, unreadable(`expected at most ${MAX_HEX / 2} bytes`));
    }
    sent.frames += 1;
    return `{"ref":${JSON.stringify(ref)},"frame":"${hex}"}\n`;
  };
  if (format === "ndjson") {
    return (line, number) => {
      const foreign = foreignTelegram(line);
      if (foreign !== null) {
        return send(foreign.ref ?? number, foreign.hex);
      }
      sent.frames += 1;
      return `${line}\n`;
    };
  }
  const read = FRAME_FORMATS[format]();
  return (line, number) => {
    const hex = read(line);
    return hex === null ? "" : send(number, hex);
  };
}
