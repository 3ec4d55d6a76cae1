/**
 * The tiles and entry bundles of the log, read from the core's database.
 *
 * The table of subtree hashes is derived: it may end before the log does, and somebody may have
 * edited it. Whoever reads a tile holds it against a signed root (`prove.ts`, and every client).
 *
 * @module
 */
import type { Knex } from "../../../db/open.ts";
import { MERKLE } from "../../hashing.ts";
import { createTileReader, type TileReader, type TileSource } from "../../tree/tile-reader.ts";
import { packBundle, splitTile, TILE_WIDTH } from "../../tree/tiles.ts";
import { readLeafHashes } from "../../verify/stored-log.ts";

/** Which hashes above the leaves to take from the table: those that are there, or none. */
export type Subtrees = "table" | "leaves";

/**
 * Tiles of level 0 are the stored leaf hashes. What the table lacks of the others is made of the
 * tiles below.
 */
export function storedTiles(db: Knex, subtrees: Subtrees = "table"): TileSource {
  const source: TileSource = async ({ level, index, width }) => {
    const from = index * TILE_WIDTH;
    if (level === 0) {
      return Buffer.concat(await readLeafHashes(db, from, from + width));
    }
    const known =
      subtrees === "table" ? await readSubtrees(db, level, from, from + width) : new Map();
    const hashes: Uint8Array[] = [];
    for (let below = from; below < from + width; below++) {
      hashes.push(
        known.get(below) ??
          tileRoot(await source({ level: level - 1, index: below, width: TILE_WIDTH })),
      );
    }
    return Buffer.concat(hashes);
  };
  return source;
}

/** Proofs in the tree of this size; whoever quotes one holds it against the signed root first. */
export function storedTree(db: Knex, size: number, subtrees: Subtrees = "table"): TileReader {
  return createTileReader(MERKLE, storedTiles(db, subtrees), size);
}

/** The bundle of `width` entries; null when one of them is not there, or pruned. */
export async function readBundle(
  db: Knex,
  index: number,
  width: number,
): Promise<Uint8Array | null> {
  const from = index * TILE_WIDTH;
  const rows: { body: string }[] = await db("log_entries")
    .where("idx", ">=", from)
    .andWhere("idx", "<", from + width)
    .orderBy("idx")
    .select("body");
  return rows.length < width || rows.some(({ body }) => body === "")
    ? null
    : packBundle(rows.map(({ body }) => Buffer.from(body, "utf8")));
}

/** How many entries are stored. */
export async function storedSize(db: Knex): Promise<number> {
  const [row] = await db("log_head").where({ id: 1 }).select("size");
  return Number(row?.size ?? 0);
}

/** Hashes of a level by their index; a row that is no hash counts as absent. */
async function readSubtrees(
  db: Knex,
  level: number,
  from: number,
  to: number,
): Promise<Map<number, Uint8Array>> {
  const rows: { idx: number; hash: Uint8Array }[] = await db("log_subtrees")
    .where({ level })
    .andWhere("idx", ">=", from)
    .andWhere("idx", "<", to)
    .select("idx", "hash");
  return new Map(rows.filter(({ hash }) => hash.length === 32).map((row) => [row.idx, row.hash]));
}

/** The hash that stands for a full tile at the level above. */
function tileRoot(tile: Uint8Array): Uint8Array {
  const tree = MERKLE.createTree();
  for (const hash of splitTile(tile, tile.length / 32) ?? []) {
    tree.append(hash);
  }
  return tree.root();
}
