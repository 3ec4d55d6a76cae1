/**
 * The day keys: what is needed to open shares lies outside the database and its backups.
 *
 * A day's file holds k_e ‖ k'_e. Shares are stored under k_e and PIN hashes under k'_e, so a
 * stolen database, its WAL or an old backup holds no share and nothing to guess a PIN against.
 * The file goes once no link of its day is open.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { link, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../base/problem.ts";
import { linkContext } from "../handover/protocol/derive.ts";

const FOLDER = "share-keys";
const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const CONTEXT = Buffer.from("meterseal/mkx1/share");

interface DayKey {
  readonly share: Buffer;
  readonly pin: Buffer;
}

/** Names the link that a boxed share belongs to. */
export interface Boxed {
  readonly linkId: Uint8Array;
  readonly header: Uint8Array;
}

export interface DayKeys {
  /** Encrypts a share under its day's key: nonce ‖ ciphertext ‖ tag. */
  box(day: string, share: Uint8Array, link: Boxed): Promise<Uint8Array>;
  /** @throws {@link Problem} 503 `SHARE_KEY` when the day's key is gone or another. */
  unbox(day: string, box: Uint8Array, link: Boxed): Promise<Uint8Array>;
  /** HMAC-SHA-256(k'_e, pinHash ‖ linkId). @throws {@link Problem} 503 `SHARE_KEY` */
  pinMac(day: string, pinHash: Uint8Array, linkId: Uint8Array): Promise<Uint8Array>;
  /** Days that have a file. */
  days(): Promise<string[]>;
  /** Destroys a day's keys. */
  destroy(day: string): Promise<void>;
}

/** Opens the folder of day keys below the exchange's directory. */
export function openDayKeys(directory: string): DayKeys {
  const folder = join(directory, FOLDER);
  const known = new Map<string, DayKey>();

  async function keyOf(day: string, make: boolean): Promise<DayKey> {
    let key = known.get(day) ?? (await readKey(folder, day));
    if (key === null && make) {
      await makeKey(folder, day);
      key = await readKey(folder, day);
    }
    if (key === null) {
      throw unusable(new Error(`${FOLDER}: the file of a day with open links is missing`));
    }
    known.set(day, key);
    return key;
  }

  return {
    async box(day, share, boxed) {
      const nonce = randomBytes(NONCE_LENGTH);
      const cipher = createCipheriv("aes-256-gcm", (await keyOf(day, true)).share, nonce);
      cipher.setAAD(associated(boxed));
      return Buffer.concat([nonce, cipher.update(share), cipher.final(), cipher.getAuthTag()]);
    },
    async unbox(day, box, boxed) {
      const nonce = box.subarray(0, NONCE_LENGTH);
      const decipher = createDecipheriv("aes-256-gcm", (await keyOf(day, false)).share, nonce, {
        authTagLength: TAG_LENGTH,
      });
      decipher.setAAD(associated(boxed));
      decipher.setAuthTag(box.subarray(box.length - TAG_LENGTH));
      try {
        const ciphertext = box.subarray(NONCE_LENGTH, box.length - TAG_LENGTH);
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
      } catch (cause) {
        throw unusable(cause);
      }
    },
    async pinMac(day, pinHash, linkId) {
      const key = await keyOf(day, false);
      return createHmac("sha256", key.pin).update(pinHash).update(linkId).digest();
    },
    async days() {
      const names = await readdir(folder).catch(() => []);
      return names.filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name));
    },
    async destroy(day) {
      known.delete(day);
      await rm(join(folder, day), { force: true });
      await syncFolder(folder);
    },
  };
}

/** A failure of ours: it has a cause, and is logged. */
function unusable(cause: unknown): Problem {
  const problem = new Problem(503, "SHARE_KEY", "the exchange cannot open this link");
  problem.cause = cause;
  return problem;
}

function associated({ linkId, header }: Boxed): Buffer {
  return Buffer.concat([CONTEXT, linkContext(linkId, header)]);
}

async function readKey(folder: string, day: string): Promise<DayKey | null> {
  const bytes = await readFile(join(folder, day)).catch(() => null);
  return bytes?.length === 2 * KEY_LENGTH
    ? { share: bytes.subarray(0, KEY_LENGTH), pin: bytes.subarray(KEY_LENGTH) }
    : null;
}

/** Writes a new key whole or not at all; of two makers the first one's stays. */
async function makeKey(folder: string, day: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${day}.${randomBytes(6).toString("hex")}`);
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(randomBytes(2 * KEY_LENGTH));
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

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
