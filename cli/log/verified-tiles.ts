/**
 * Tiles that a signed root vouches for, wherever they come from.
 *
 * The root is over the partial tiles of all levels, whole. Every full tile is held against its
 * hash in the tile above it, up to a partial one.
 *
 * @module
 */
import { MERKLE } from "../../src/activity/hashing.ts";
import type { TreeHead } from "../../src/activity/tree/merkle.ts";
import { sameBytes } from "../../src/activity/tree/primitives.ts";
import { createTileReader, type TileSource } from "../../src/activity/tree/tile-reader.ts";
import { splitTile, TILE_WIDTH, tilePath, tileWidth } from "../../src/activity/tree/tiles.ts";
import { Refusal } from "../errors.ts";

/** Answers the bytes of a file that pass, or throws. */
export type Take = (path: string, isGood: (bytes: Uint8Array) => boolean) => Promise<Uint8Array>;

/** The partial tile of each level, empty where the last one is full. */
export type Edge = readonly Uint8Array[];

/** @throws {@link Refusal} `LOG_INTEGRITY` when they do not make the root. */
export async function readEdge(
  read: (path: string) => Promise<Uint8Array>,
  { size, root }: TreeHead,
): Promise<Edge> {
  const edge: Uint8Array[] = [];
  for (let level = 0; size >= TILE_WIDTH ** level; level++) {
    const hashes = Math.floor(size / TILE_WIDTH ** level);
    const [index, width] = [Math.floor(hashes / TILE_WIDTH), hashes % TILE_WIDTH];
    edge.push(width === 0 ? new Uint8Array(0) : await read(tilePath({ level, index, width })));
  }
  const none = new Uint8Array(0);
  const reader = createTileReader(MERKLE, async ({ level }) => edge[level] ?? none, size);
  if (edge.some((tile) => tile.length % 32 !== 0) || !sameBytes(await reader.root(), root)) {
    throw mismatch("the last tiles");
  }
  return edge;
}

/** All tiles of the tree; those above the leaves are remembered. */
export function verifiedTiles(take: Take, edge: Edge, size: number): TileSource {
  const known = new Map<string, Promise<Uint8Array>>();

  async function load(level: number, index: number): Promise<Uint8Array> {
    const width = tileWidth(level, index, size);
    const path = tilePath({ level, index, width });
    if (width < TILE_WIDTH) {
      const partial = edge[level];
      return await take(path, (bytes) => partial !== undefined && sameBytes(bytes, partial));
    }
    const above = await read(level + 1, Math.floor(index / TILE_WIDTH));
    const at = (index % TILE_WIDTH) * 32;
    return await take(path, (bytes) => isTileOf(bytes, above.subarray(at, at + 32)));
  }

  function read(level: number, index: number): Promise<Uint8Array> {
    const name = `${level}/${index}`;
    const loading = known.get(name) ?? load(level, index);
    if (level > 0) {
      known.set(name, loading);
    }
    return loading;
  }

  return ({ level, index }) => read(level, index);
}

export function mismatch(what: string): Refusal {
  const detail = `${what}: expected what the service's signed checkpoint vouches for`;
  return new Refusal("LOG_INTEGRITY", detail);
}

function isTileOf(bytes: Uint8Array, root: Uint8Array): boolean {
  const hashes = splitTile(bytes, TILE_WIDTH) ?? [];
  const tree = MERKLE.createTree();
  for (const hash of hashes) {
    tree.append(hash);
  }
  return hashes.length === TILE_WIDTH && sameBytes(tree.root(), root);
}
