/**
 * The head store: the last signed checkpoint in a file of its own, best on another volume.
 *
 * It is what a restored or truncated database is held against at the next start.
 *
 * @module
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** The head store cannot be read: a missing volume and a missing right look the same. */
export class HeadStoreError extends Error {
  override readonly name = "HeadStoreError";
  readonly code = "LOG_HEAD_STORE";
}

/**
 * The stored note, or null before the first checkpoint.
 *
 * @throws {@link HeadStoreError}
 */
export function readHead(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      return null;
    }
    throw new HeadStoreError(
      `head store: ${path} cannot be read (${code}): let the service's user read it, or set ` +
        "headStoreFile right; nothing was changed (LOG_HEAD_STORE in docs/runbook.md)",
      { cause },
    );
  }
}

/** Replaces the file so that a crash leaves the old note or the new one, never a part. */
export function writeHead(path: string, note: string): void {
  const temporary = `${path}.tmp`;
  const file = openSync(temporary, "w", 0o600);
  try {
    // Not `writeSync`: a full disk may take a part only, and says so by the next write.
    writeFileSync(file, note);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Keeps a head that is about to be replaced as evidence beside it; answers where. */
export function keepLostHead(path: string, note: string, size: number): string {
  for (let n = 1; ; n++) {
    const kept = `${path}.${size}${n === 1 ? "" : `.${n}`}.lost`;
    if (!existsSync(kept)) {
      writeHead(kept, note);
      return kept;
    }
    if (readHead(kept) === note) {
      return kept;
    }
  }
}
