/**
 * A private file that grows by lines: each is on disk before the next thing happens.
 *
 * What a killed command leaves behind ends with a whole line, and holds every line that was
 * promised.
 *
 * @module
 */
import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Misuse } from "./errors.ts";
import { exists, syncDirectory } from "./private-file.ts";

/** Lines that are kept as they come. */
export interface PrivateList {
  /** Adds a line with its end; resolves when it would survive a power cut. */
  append(line: string): Promise<void>;
  /** Closes the file, and takes it away when no line was added. */
  discard(): Promise<void>;
}

/** @throws {@link Misuse} when the file exists or cannot be made there. */
export async function openPrivateList(
  path: string,
  option: string,
  head: string,
): Promise<PrivateList> {
  if (await exists(path)) {
    throw new Misuse(`${option}: there is such a file already`);
  }
  const file = await open(path, "ax", 0o600).catch(() => {
    throw new Misuse(`${option}: the file cannot be written there`);
  });
  let length = 0;
  let lines = 0;
  const add = async (line: string) => {
    await appendWhole(file, line, length);
    length += Buffer.byteLength(line);
  };
  const discard = async () => {
    await file.close();
    if (lines === 0) {
      await rm(path, { force: true });
    }
  };
  try {
    await add(head);
    await syncDirectory(dirname(path));
  } catch {
    await discard();
    throw new Misuse(`${option}: the file cannot be written there`);
  }
  return {
    async append(line) {
      await add(line);
      lines++;
    },
    discard,
  };
}

/** A line that does not fit is taken back: half a PIN looks like one. */
async function appendWhole(file: FileHandle, line: string, length: number): Promise<void> {
  try {
    await file.appendFile(line);
    await file.sync();
  } catch (error) {
    await file.truncate(length).catch(() => undefined);
    throw error;
  }
}
