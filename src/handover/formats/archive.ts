/**
 * Several files as one zip archive, the same bytes for the same files.
 *
 * @module
 */
import { type Zippable, zipSync } from "fflate";
import { FormatError } from "./contract.ts";

export interface NamedFile {
  readonly name: string;
  readonly text: string;
}

/** The directory of an archive without the zip64 extension counts to here (APPNOTE.TXT §4.4.1.4). */
const MOST_FILES = 65_535;

/** The first day that a zip can write, in whatever zone: its times are local. */
const FIRST_DAY = new Date(1980, 0, 1);

/** Unix, so that the mode below is heeded (APPNOTE.TXT §4.4.2.2). */
const UNIX = 3;
/** A regular file for its owner alone. */
const PRIVATE_FILE = 0o100600;

/**
 * Packs files in the given order.
 *
 * @throws {@link FormatError} `NOTHING_WRITTEN` when there are more than an archive can hold
 */
export function zipFiles(files: readonly NamedFile[]): Uint8Array {
  if (files.length > MOST_FILES) {
    const most = `expected at most ${MOST_FILES} files in one archive`;
    throw new FormatError("NOTHING_WRITTEN", `format: ${most}, got ${files.length}`);
  }
  const encoder = new TextEncoder();
  const entries: Zippable = {};
  for (const { name, text } of files) {
    entries[name] = encoder.encode(text);
  }
  return zipSync(entries, { mtime: FIRST_DAY, os: UNIX, attrs: PRIVATE_FILE << 16 });
}
