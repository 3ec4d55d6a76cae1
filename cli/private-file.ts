/**
 * Files with secrets in them: 0600, whole or not there.
 *
 * The place is made before the secret exists, so that a full or read-only disk is found out while
 * it costs nothing.
 *
 * @module
 */
import { constants } from "node:fs";
import { access, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Misuse } from "./errors.ts";

/** A file that is not there yet. */
export interface PendingFile {
  /** Writes it, flushed to disk, under its name. */
  commit(content: string | Uint8Array): Promise<void>;
  /** Gives it up; does nothing after `commit`. */
  discard(): Promise<void>;
}

/** @throws {@link Misuse} when the file exists, unless it may be replaced, or cannot be made there. */
export async function preparePrivateFile(
  path: string,
  option: string,
  replace: boolean,
): Promise<PendingFile> {
  if (!replace && (await exists(path))) {
    throw new Misuse(`${option}: there is such a file already`);
  }
  return await prepare(path, option);
}

/** Writes a private file, in the place of an older one if there is one. */
export async function replacePrivateFile(
  path: string,
  text: string,
  option: string,
): Promise<void> {
  const pending = await prepare(path, option);
  try {
    await pending.commit(text);
  } finally {
    await pending.discard();
  }
}

/** Says whether there is a file of that name. */
export async function exists(path: string): Promise<boolean> {
  return await access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}

async function prepare(path: string, option: string): Promise<PendingFile> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  const file = await open(temporary, "wx", 0o600).catch(() => {
    throw new Misuse(`${option}: the file cannot be written there`);
  });
  let done = false;
  return {
    async commit(content) {
      await file.writeFile(content);
      await file.sync();
      await file.close();
      await rename(temporary, path);
      done = true;
      await syncDirectory(dirname(path));
    },
    async discard() {
      if (!done) {
        await file.close().catch(() => undefined);
        await rm(temporary, { force: true });
      }
    },
  };
}

/** Makes the new name durable, too; where directories cannot be opened, that is the best there is. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r").catch(() => null);
  await directory?.sync().catch(() => undefined);
  await directory?.close();
}
