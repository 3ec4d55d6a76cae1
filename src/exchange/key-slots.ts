/**
 * The files of the day keys: 64 bytes of day key, then 32 bytes for each link.
 *
 * A slot is appended when its link arrives and overwritten in place when the link ends; zeros mean
 * that it is gone. A file system that copies on write, and a disk that moves its blocks, may keep
 * the old bytes for a while: that lies below this program.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, link, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { inRounds, syncFolder } from "./shared-sync.ts";

const KEY_LENGTH = 32;
const DAY_KEY_LENGTH = 2 * KEY_LENGTH;
const ERASED = Buffer.alloc(KEY_LENGTH);
/** Appends are whole between processes too, and never make a file. */
const APPEND = constants.O_RDWR | constants.O_APPEND;

export interface FoundKey {
  readonly share: Buffer;
  readonly pin: Buffer;
  /** Null when none was asked for. */
  readonly slot: Buffer | null;
}

export interface SlotFile {
  /** Draws a slot; answers where it lies. @throws when the file has lost a part of its day key */
  append(day: string): Promise<number>;
  /** Leaves out the places up to `last`: the next slot lies behind it. */
  skip(day: string, last: number): Promise<void>;
  /** Null when the file is not there or the slot is erased. */
  read(day: string, at: number | null): Promise<FoundKey | null>;
  /** Overwrites a slot; durable when it resolves. */
  erase(day: string, at: number): Promise<void>;
  /** Places of the slots that are not erased. */
  used(day: string): Promise<number[]>;
  /** Days that have a file. */
  days(): Promise<string[]>;
  /** Destroys a day's file. */
  destroy(day: string): Promise<void>;
}

/** Opens the files in `folder`. */
export function openSlots(folder: string): SlotFile {
  const rounds = new Map<string, () => Promise<void>>();

  /** Several erasures of one day reach the disk together. */
  async function flush(day: string): Promise<void> {
    const round =
      rounds.get(day) ??
      inRounds(async () => {
        await withFile(join(folder, day), "r+", (file) => file.datasync());
      });
    rounds.set(day, round);
    await round();
  }

  return {
    async append(day) {
      const slot = randomBytes(KEY_LENGTH);
      const path = join(folder, day);
      for (;;) {
        const at = await withFile(path, APPEND, (file) => appendSlot(file, slot));
        const gap = ((at ?? 0) - DAY_KEY_LENGTH) % KEY_LENGTH;
        if (at === null) {
          await makeFile(folder, day);
        } else if (gap === 0) {
          return at;
        } else {
          // A full disk has once cut a slot short; slots lie where they can be told apart.
          await withFile(path, "r+", (file) => file.write(ERASED, 0, KEY_LENGTH, at));
          await withFile(path, APPEND, (file) => file.write(ERASED.subarray(gap)));
        }
      }
    },
    async skip(day, last) {
      await withFile(join(folder, day), APPEND, async (file) => {
        const { size } = await file.stat();
        // Appended, not set by size: others may append meanwhile, and nothing of theirs is cut.
        await file.write(Buffer.alloc(Math.max(0, last + KEY_LENGTH - size)));
      });
    },
    async read(day, at) {
      return await withFile(join(folder, day), "r", async (file) => {
        const head = await readAt(file, 0, DAY_KEY_LENGTH);
        const slot = at === null ? null : await readAt(file, at, KEY_LENGTH);
        if (head === null || (at !== null && (slot === null || slot.equals(ERASED)))) {
          return null;
        }
        return { share: head.subarray(0, KEY_LENGTH), pin: head.subarray(KEY_LENGTH), slot };
      });
    },
    async erase(day, at) {
      const path = join(folder, day);
      await withFile(path, "r+", (file) => file.write(ERASED, 0, KEY_LENGTH, at));
      await flush(day);
    },
    async used(day) {
      const places = await withFile(join(folder, day), "r", async (file) => {
        const bytes = await file.readFile();
        const count = Math.floor((bytes.length - DAY_KEY_LENGTH) / KEY_LENGTH);
        return Array.from(
          { length: Math.max(0, count) },
          (_, i) => DAY_KEY_LENGTH + i * KEY_LENGTH,
        ).filter((at) => !bytes.subarray(at, at + KEY_LENGTH).equals(ERASED));
      });
      return places ?? [];
    },
    async days() {
      const names = await readdir(folder).catch(() => []);
      return names.filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name));
    },
    async destroy(day) {
      rounds.delete(day);
      const path = join(folder, day);
      await withFile(path, "r+", async (file) => {
        await file.write(Buffer.alloc((await file.stat()).size), 0, null, 0);
        await file.datasync();
      });
      await rm(path, { force: true });
      await syncFolder(folder);
    },
  };
}

/** Null when there is no such file. */
async function withFile<T>(
  path: string,
  flags: string | number,
  work: (file: FileHandle) => Promise<T>,
): Promise<T | null> {
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      return null;
    }
    throw error;
  });
  try {
    return file === null ? null : await work(file);
  } finally {
    await file?.close();
  }
}

async function appendSlot(file: FileHandle, slot: Buffer): Promise<number> {
  const { size } = await file.stat();
  if (size < DAY_KEY_LENGTH) {
    // What is appended here would be taken for the day key, and erased under other links.
    const cut = new Error("share-keys: a day's file is shorter than its key");
    throw Object.assign(cut, { code: "SHARE_KEY" });
  }
  await file.write(slot);
  await file.datasync();
  // Others may have appended in between: ours is where its bytes are.
  const { size: grown } = await file.stat();
  const tail = (await readAt(file, size, grown - size)) ?? Buffer.alloc(0);
  const found = tail.indexOf(slot);
  if (found < 0) {
    throw Object.assign(new Error("share-keys: a slot was not written whole"), { code: "ENOSPC" });
  }
  return size + found;
}

/** Null when the file ends before. */
async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return bytesRead === length ? buffer : null;
}

/** Writes a new day key whole or not at all; of two makers the first one's stays. */
async function makeFile(folder: string, day: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${day}.${randomBytes(6).toString("hex")}`);
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(randomBytes(DAY_KEY_LENGTH));
    await file.sync();
  } finally {
    await file.close();
  }
  // link(2) fails when the name is taken: a key in use is never replaced.
  await link(draft, join(folder, day)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") {
      throw error;
    }
  });
  await rm(draft);
  await syncFolder(folder);
}
