/**
 * How far the chain had come when something was last handed out or a PIN was wrong: a file outside
 * the database.
 *
 * The core knows only what it has pulled. A database restored from a backup while the core was
 * away could hold the core's head and still have forgotten a claim or a lock; this mark has not.
 *
 * The number is part of the file's name, and the highest one counts: of two processes that write
 * at the same time neither can put an older mark over a newer one.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fixedBase64url, toBase64url } from "../handover/protocol/base64url.ts";
import type { ChainEnd } from "./events.ts";
import { inRounds, syncFolder } from "./shared-sync.ts";

const FILE = "chain.head";

export interface HighWater {
  /** The mark; null before the first. */
  read(): Promise<ChainEnd | null>;
  /** Resolves when a mark at or beyond `end` is on disk. */
  raise(end: ChainEnd): Promise<void>;
}

/** Opens the mark in the exchange's directory. */
export function openHighWater(directory: string): HighWater {
  let wanted: ChainEnd | null = null;
  let written = 0;

  /** One write serves everybody who waited for it. */
  const writeWanted = inRounds(async () => {
    if (wanted !== null && wanted.n > written) {
      const end = wanted;
      await write(directory, end);
      written = end.n;
    }
  });

  return {
    async read() {
      const marks = await Promise.all(
        (await files(directory)).map((name) => readMark(directory, name)),
      );
      return marks.reduce((high, mark) => (mark && mark.n > (high?.n ?? 0) ? mark : high), null);
    },
    async raise(end) {
      if (wanted === null || end.n > wanted.n) {
        wanted = end;
      }
      if (written < end.n) {
        await writeWanted();
      }
    },
  };
}

/** Marks, and the single one that versions before this kept. */
async function files(directory: string): Promise<string[]> {
  const names = await readdir(directory);
  return names.filter((name) => name === FILE || numberOf(name) !== null);
}

function numberOf(name: string): number | null {
  const digits = /^chain\.head\.(\d{1,10})$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** Null when another process has replaced the mark by a higher one meanwhile. */
async function readMark(directory: string, name: string): Promise<ChainEnd | null> {
  const text = await readFile(join(directory, name), "utf8").catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") {
        return null;
      }
      throw error;
    },
  );
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

/** Writes a mark whole; the rename is durable once the folder is. Only then the lower ones go. */
async function write(directory: string, { n, hash }: ChainEnd): Promise<void> {
  const draft = join(directory, `.${FILE}.${randomBytes(6).toString("hex")}`);
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(`${n} ${toBase64url(hash)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, join(directory, `${FILE}.${n}`));
  await syncFolder(directory);
  for (const name of await files(directory)) {
    const number = numberOf(name);
    const lower = number === null ? ((await readMark(directory, name))?.n ?? 0) < n : number < n;
    if (lower) {
      await rm(join(directory, name), { force: true });
    }
  }
}
