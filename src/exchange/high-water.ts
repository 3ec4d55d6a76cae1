/**
 * How far the chain had come when something was last handed out or a PIN was wrong: a file outside
 * the database.
 *
 * The core knows only what it has pulled. A database restored from a backup while the core was
 * away could hold the core's head and still have forgotten a claim or a lock; this mark has not.
 *
 * @module
 */
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { fixedBase64url, toBase64url } from "../handover/protocol/base64url.ts";
import type { ChainEnd } from "./events.ts";

const FILE = "chain.head";

export interface HighWater {
  /** The mark; null before the first. */
  read(): Promise<ChainEnd | null>;
  /** Resolves when a mark at or beyond `end` is on disk. */
  raise(end: ChainEnd): Promise<void>;
}

/** Opens the mark in the exchange's directory. */
export function openHighWater(directory: string): HighWater {
  const file = join(directory, FILE);
  let written = 0;
  let wanted: ChainEnd | null = null;
  let writing: Promise<void> | null = null;

  /** One write serves everybody who waited for it. */
  async function writeWanted(): Promise<void> {
    while (wanted !== null && wanted.n > written) {
      const end = wanted;
      await write(file, end);
      written = end.n;
    }
  }

  return {
    read: () => readMark(file),
    async raise(end) {
      if (wanted === null || end.n > wanted.n) {
        wanted = end;
      }
      while (written < end.n) {
        writing ??= writeWanted().finally(() => {
          writing = null;
        });
        await writing;
      }
    },
  };
}

async function readMark(file: string): Promise<ChainEnd | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      return null;
    }
    throw error;
  });
  if (text === null) {
    return null;
  }
  const [n = "", hash = ""] = text.trim().split(" ");
  const bytes = fixedBase64url(hash, 32);
  if (bytes === null || !/^\d{1,10}$/.test(n)) {
    throw new Error(`${FILE}: expected a number and a hash`);
  }
  return { n: Number(n), hash: bytes };
}

/** Replaces the file whole; the rename is durable once the folder is. */
async function write(file: string, { n, hash }: ChainEnd): Promise<void> {
  const draft = `${file}.new`;
  await sync(draft, "w", `${n} ${toBase64url(hash)}\n`);
  await rename(draft, file);
  await sync(join(file, ".."), "r", null);
}

async function sync(path: string, flags: "w" | "r", text: string | null): Promise<void> {
  const handle = await open(path, flags, 0o600);
  try {
    if (text !== null) {
      await handle.writeFile(text);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
