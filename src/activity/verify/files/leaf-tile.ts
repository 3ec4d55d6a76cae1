/**
 * The leaf hashes of one tile, and the root of 256 of them.
 *
 * Each pair of hashes lies behind the prefix of its node, so that nothing is moved to be hashed.
 *
 * @module
 */
import { textDigest } from "../../hashing.ts";
import { TILE_WIDTH } from "../../tree/tiles.ts";

const HASH = 32;
/** 0x01 ‖ left ‖ right (RFC 6962 §2.1). */
const NODE = 1 + 2 * HASH;
const NODE_PREFIX = 1;

export interface LeafTile {
  /** The leaf hashes, one behind the other: what the tile's file holds. */
  readonly bytes: Buffer;
  /** Puts the hash of leaf `index`, as text with a character per byte. */
  put(index: number, hash: string): void;
  /** The root of all 256, once all are put. */
  root(): Uint8Array;
}

export function createLeafTile(): LeafTile {
  const bytes = Buffer.alloc(TILE_WIDTH * HASH);
  const levels: { readonly nodes: Buffer; readonly views: readonly Buffer[] }[] = [];
  for (let count = TILE_WIDTH / 2; count >= 1; count /= 2) {
    const nodes = Buffer.alloc(count * NODE);
    const views = Array.from({ length: count }, (_, i) => nodes.subarray(i * NODE, (i + 1) * NODE));
    for (const view of views) {
      view[0] = NODE_PREFIX;
    }
    levels.push({ nodes, views });
  }
  const place = (index: number) => (index >> 1) * NODE + 1 + (index & 1) * HASH;
  const leaves = levels[0]!.nodes;
  return {
    bytes,
    put(index, hash) {
      bytes.write(hash, index * HASH, "latin1");
      leaves.write(hash, place(index), "latin1");
    },
    root() {
      let root = "";
      for (const [i, { views }] of levels.entries()) {
        const above = levels[i + 1]?.nodes;
        for (const [n, view] of views.entries()) {
          root = textDigest(view);
          above?.write(root, place(n), "latin1");
        }
      }
      return Buffer.from(root, "latin1");
    },
  };
}
