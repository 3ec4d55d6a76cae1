/**
 * Holds the tiles of level 1 and above against the hashes that the level below gives.
 *
 * @module
 */

import { sameBytes } from "../../tree/primitives.ts";
import { TILE_WIDTH, tileWidth } from "../../tree/tiles.ts";
import type { HashChain } from "../derived/hash-chain.ts";
import { MAX_PROBLEMS } from "../log-problem.ts";
import { findTile, inOrder, type LogFiles } from "./log-files.ts";

/** A hash that is not the one it should be, or is not there. */
export interface TileDifference {
  /** The first entry below it. */
  readonly index: number;
  readonly level: number;
}

const AHEAD = 8;
const HASH = 32;

/** Where tiles of level 1 and above differ from the chain's, least index first. */
export async function differsAbove(
  files: LogFiles,
  size: number,
  chain: HashChain,
): Promise<readonly TileDifference[]> {
  const found: TileDifference[] = [];
  for (let level = 1; TILE_WIDTH ** level <= size; level++) {
    const expected = chain.level(level);
    const tiles = Array.from({ length: Math.ceil(expected.count / TILE_WIDTH) }, (_, n) => n);
    const read = (index: number) => readHashes(files, level, index, tileWidth(level, index, size));
    let index = 0;
    for await (const hashes of inOrder(tiles, read, AHEAD)) {
      for (let i = 0; i < TILE_WIDTH && index < expected.count; i++, index++) {
        const hash = hashes?.subarray(i * HASH, (i + 1) * HASH);
        const isSame = hash !== undefined && sameBytes(hash, expected.hashAt(index));
        if (!isSame && found.length < MAX_PROBLEMS * level) {
          found.push({ index: index * TILE_WIDTH ** level, level });
        }
      }
    }
  }
  return found.sort((a, b) => a.index - b.index);
}

/** The hashes of a tile, one behind the other; null when it is absent or malformed. */
export async function readHashes(
  files: LogFiles,
  level: number,
  index: number,
  width: number,
): Promise<Uint8Array | null> {
  const tile = await findTile(files, { level, index, width });
  return tile !== null && tile.bytes.length === tile.width * HASH
    ? tile.bytes.subarray(0, width * HASH)
    : null;
}
