/**
 * Runs of entries from the bundles of a directory, held against its tiles of level 0.
 *
 * @module
 */
import { TILE_WIDTH, tileWidth } from "../../tree/tiles.ts";
import { directoryFiles } from "../files/directory-files.ts";
import { readPair } from "../files/tile-pair.ts";
import { same } from "../verify-walk.ts";
import { createRunReader, type Run, type SoundRun } from "./run-reader.ts";

const LENGTH_BYTES = 2;
const NOTHING = { actions: new Set<string>(), counted: [] };

/** Answers null for a run that is not sound, or differs from its tiles. */
export function runsOfFiles(directory: string): (run: Run) => Promise<SoundRun | null> {
  const files = directoryFiles(directory);
  const reader = createRunReader(NOTHING);
  return async ({ first, last }) => {
    reader.begin(first);
    for (let from = first; from < last; from += TILE_WIDTH) {
      const index = from / TILE_WIDTH;
      const width = tileWidth(0, index, last);
      const { bundle, hashes } = await readPair(files, index, width);
      if (bundle === null || bundle === "malformed" || hashes === null) {
        return null;
      }
      const leaves = reader.take(bundle.bytes, bundle.starts, 0, width, LENGTH_BYTES);
      if (leaves === null || !same(leaves, hashes)) {
        return null;
      }
    }
    return reader.end();
  };
}
