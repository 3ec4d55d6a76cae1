/**
 * A log in a directory, as `log export` writes it or a mirror keeps it.
 *
 * @module
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { type LogFiles, LogFilesError } from "./log-files.ts";

const ABSENT: ReadonlySet<string | undefined> = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ELOOP"]);

/** @throws {@link LogFilesError} `NO_LOG` when there is no such directory. */
export function directoryFiles(directory: string): LogFiles {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new LogFilesError("NO_LOG", `${directory}: there is no such directory`);
  }
  return {
    isLocal: true,
    // Small files by the thousand: a thread for each costs more than the reading.
    read: async (path, limit) => readFile(join(directory, path), limit),
  };
}

function readFile(path: string, limit: number): Uint8Array | null {
  let file: number;
  try {
    // A pipe in a file's place must not be waited for.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    return absent(path, cause);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) {
      return null;
    }
    const bytes = Buffer.allocUnsafe(Math.min(stat.size, limit + 1));
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, null);
      if (read === 0) {
        break;
      }
      length += read;
    }
    return bytes.subarray(0, length);
  } catch (cause) {
    return absent(path, cause);
  } finally {
    closeSync(file);
  }
}

function absent(path: string, cause: unknown): null {
  const { code } = cause as NodeJS.ErrnoException;
  if (ABSENT.has(code)) {
    return null;
  }
  throw new LogFilesError("UNREADABLE", `${path}: cannot be read, ${code}`, { cause });
}
