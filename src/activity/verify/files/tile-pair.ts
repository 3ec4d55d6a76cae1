/**
 * A bundle of entries and the tile of level 0 over them, read together.
 *
 * @module
 */
import { bundleStarts } from "../../tree/tiles.ts";
import { type FoundTile, findTile, type LogFiles } from "./log-files.ts";
import { readHashes } from "./upper-tiles.ts";

export interface Pair {
  readonly width: number;
  /** Null: not there. `malformed`: there, and not whole. */
  readonly bundle: Bundle | "malformed" | null;
  readonly hashes: Uint8Array | null;
}

export interface Bundle {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
}

/** @throws {@link LogFilesError} */
export async function readPair(files: LogFiles, index: number, width: number): Promise<Pair> {
  const [found, hashes] = await Promise.all([
    findTile(files, { level: "entries", index, width }),
    readHashes(files, 0, index, width),
  ]);
  return { width, bundle: found === null ? null : bundleOf(found), hashes };
}

function bundleOf({ bytes, width }: FoundTile): Bundle | "malformed" {
  const starts = bundleStarts(bytes, width);
  const { buffer, byteOffset, length } = bytes;
  return starts === null ? "malformed" : { bytes: Buffer.from(buffer, byteOffset, length), starts };
}
