/**
 * Frames from a file or a pipe: hex lines or NDJSON, told apart by the first character.
 *
 * A hex line gets its line number as `ref`, so that every answer can be found in the file.
 *
 * @module
 */
import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { Misuse, Refusal } from "./errors.ts";

/** How many frames have been read so far. */
export interface Sent {
  frames: number;
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

/** Passes on whole lines, as many at a time as came in. */
export async function* asNdjson(input: Readable, sent: Sent): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let convert: ((line: string, number: number) => string) | null = null;
  let rest = "";
  let number = 0;
  const take = (lines: readonly string[]): string => {
    let block = "";
    for (const padded of lines) {
      number += 1;
      const line = padded.trim();
      if (line !== "") {
        convert ??= line.startsWith("{") ? keep : toJson;
        block += `${convert(line, number)}\n`;
        sent.frames += 1;
      }
    }
    return block;
  };
  try {
    for await (const bytes of input) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      yield take(lines);
    }
  } catch (cause) {
    throw new Refusal("UNREADABLE", "the frames cannot be read to their end", { cause });
  }
  yield take([rest + decoder.decode()]);
}

function keep(line: string): string {
  return line;
}

function toJson(line: string, number: number): string {
  return JSON.stringify({ ref: number, frame: line });
}
