/**
 * Notices that the files of a SQLite database are no longer those that are open.
 *
 * SQLite goes on writing into a file that was unlinked or replaced under it, and all of that is
 * gone when the process ends. Only `stat` is used: opening and closing one of the files here would
 * drop this process's POSIX locks on it, SQLite's own among them.
 *
 * @module
 */
import { statSync } from "node:fs";
import { dialectOf, type Knex } from "./open.ts";

export interface FileWatch {
  /** What has become of the files, or null while they are the ones that were opened. */
  fault(): string | null;
}

interface Watched {
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
}

/** Watches the files as they are now; the database must have been read before. */
export function watchFiles(db: Knex): FileWatch {
  if (dialectOf(db) !== "sqlite") {
    return { fault: () => null };
  }
  const file = String(db.client.config.connection.filename);
  const watched = [file, `${file}-wal`, `${file}-shm`].flatMap((path): Watched[] => {
    const found = look(path);
    return found === null ? [] : [{ path, device: found.dev, inode: found.ino }];
  });
  let largest = 0n;
  return {
    fault() {
      for (const { path, device, inode } of watched) {
        const found = look(path);
        if (found === null) {
          return `${path} is gone`;
        }
        if (found.dev !== device || found.ino !== inode) {
          return `${path} was replaced by another file`;
        }
        // The database only grows; a copy over it, in place, is mostly of an earlier day.
        if (path === file && found.size < largest) {
          return `${path} was overwritten: it is smaller than it was`;
        }
        largest = path === file ? found.size : largest;
      }
      return null;
    },
  };
}

function look(path: string) {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
