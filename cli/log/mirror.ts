/**
 * A copy of a log in a directory, in the layout of C2SP tlog-tiles.
 *
 * Files are whole or not there, and only their owner reads them. What is in them is for the
 * caller to check, on every run: a directory may have been anywhere.
 *
 * @module
 */
import { mkdir, open, readdir, readFile, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseTilePath, type TileRef, tileWidth } from "../../src/activity/tree/tiles.ts";
import { Misuse } from "../errors.ts";
import { syncDirectory } from "../private-file.ts";

export interface Mirror {
  /** The bytes of `vkey`, `checkpoint` or a tile; null when there is no such file. */
  read(path: string): Promise<Buffer | null>;
  /** Writes a file in the place of an older one, flushed to disk. */
  write(path: string, content: Uint8Array | string): Promise<void>;
  /** Takes away partial tiles that a tree of this size does not have. */
  removeOutgrown(size: number): Promise<void>;
}

/** @throws {@link Misuse} when there is something else in that place. */
export async function openMirror(folder: string): Promise<Mirror> {
  const made = new Set<string>();

  async function makeFolder(path: string): Promise<void> {
    if (!made.has(path)) {
      await mkdir(path, { recursive: true, mode: 0o700 });
      made.add(path);
    }
  }

  const names = await namesIn(folder);
  // The key is written first: a directory without it was not begun by an export.
  if (names.length > 0 && !names.includes("vkey")) {
    throw new Misuse(`${folder}: expected an empty directory or an earlier export`);
  }
  return {
    read: (path) => readIfThere(join(folder, path)),

    async write(path, content) {
      const target = join(folder, path);
      await makeFolder(dirname(target)).catch(() => {
        throw new Misuse(`${folder}: cannot be written`);
      });
      const temporary = `${target}.${process.pid}.part`;
      const file = await open(temporary, "w", 0o600);
      try {
        await file.writeFile(content);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
      if (path === "checkpoint") {
        await syncDirectory(folder);
      }
    },

    async removeOutgrown(size) {
      for (const name of await filesIn(join(folder, "tile"))) {
        const ref = parseTilePath(`tile/${name}`);
        const isHalf = name.endsWith(".part");
        if (isHalf || (ref !== null && isOutgrown(ref, size))) {
          await rm(join(folder, "tile", name), { force: true });
          // Gone with its last file.
          await rmdir(dirname(join(folder, "tile", name))).catch(() => undefined);
        }
      }
    },
  };
}

function isOutgrown({ level, index, width }: TileRef, size: number): boolean {
  return width < tileWidth(level === "entries" ? 0 : level, index, size);
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch {
    return [];
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return [];
    }
    throw new Misuse(`${folder}: expected a directory that can be read`);
  }
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A directory in a file's place is replaced by nothing: writing says so.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") {
      return null;
    }
    throw error;
  }
}
