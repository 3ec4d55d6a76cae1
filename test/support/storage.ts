/**
 * What a database has on disk, to look for what must not be there.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import type { DatabaseLocation } from "../../src/db/open.ts";

/** Bytes of the file and its write-ahead log; none for a server. */
export function storedBytes(location: DatabaseLocation): Buffer {
  const files = "file" in location ? [location.file, `${location.file}-wal`] : [];
  return Buffer.concat(files.filter(existsSync).map((file) => readFileSync(file)));
}

/** Tells whether `secrets` are all gone within a second. */
export async function areGone(
  location: DatabaseLocation,
  secrets: readonly Buffer[],
): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const bytes = storedBytes(location);
    if (!secrets.some((secret) => bytes.includes(secret))) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}
