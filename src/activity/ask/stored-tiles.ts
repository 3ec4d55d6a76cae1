/**
 * The tiles of the log, read from the core's database.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { MERKLE } from "../hashing.ts";
import { createTileReader, type TileReader, type TileSource } from "../tree/tile-reader.ts";
import { TILE_WIDTH } from "../tree/tiles.ts";
import { readLeafHashes } from "../verify/stored-log.ts";

/** Tiles of level 0 are the stored leaf hashes; the others are made of those below. */
export function storedTiles(db: Knex): TileSource {
  const source: TileSource = async ({ level, index, width }) => {
    const from = index * TILE_WIDTH;
    if (level === 0) {
      return Buffer.concat(await readLeafHashes(db, from, from + width));
    }
    const roots: Uint8Array[] = [];
    for (let below = from; below < from + width; below++) {
      const tree = MERKLE.createTree();
      const tile = await source({ level: level - 1, index: below, width: TILE_WIDTH });
      for (let at = 0; at < tile.length; at += 32) {
        tree.append(tile.subarray(at, at + 32));
      }
      roots.push(tree.root());
    }
    return Buffer.concat(roots);
  };
  return source;
}

/** Proofs in the tree of this size. */
export function storedTree(db: Knex, size: number): TileReader {
  return createTileReader(MERKLE, storedTiles(db), size);
}
