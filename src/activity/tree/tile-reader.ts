/**
 * Root and proofs of a tree of a given size, from its tiles alone (RFC 6962 §2.1).
 *
 * This is what any client of a static log does: it reads a few tiles, wherever they lie, and needs
 * no help of the log to make a proof. What comes out is worth what the caller checks it against:
 * the root of a signed checkpoint.
 *
 * @module
 */
import type { Merkle } from "./merkle.ts";
import { splitTile, TILE_WIDTH, type TileRef, tileWidth } from "./tiles.ts";

/** Answers the bytes of a tile: `width` hashes. */
export type TileSource = (tile: TileRef & { readonly level: number }) => Promise<Uint8Array>;

export class TileError extends Error {
  override readonly name = "TileError";
  readonly code = "TILE_MALFORMED";
}

export interface TileReader {
  /** MTH(D[from:to]) of any range that a proof in this tree can ask for. */
  subtree(from: number, to: number): Promise<Uint8Array>;
  root(): Promise<Uint8Array>;
  /** PATH(index, D[size]), lowest node first (RFC 6962 §2.1.1). */
  inclusionProof(index: number): Promise<Uint8Array[]>;
  /** PROOF(old, D[size]) (RFC 6962 §2.1.2); empty from size 0 and from the same size. */
  consistencyProof(old: number): Promise<Uint8Array[]>;
}

/** Keeps the tiles that it has read; make a new one for a new size. */
export function createTileReader(merkle: Merkle, source: TileSource, size: number): TileReader {
  const tiles = new Map<string, Promise<Uint8Array[]>>();

  function readTile(level: number, index: number): Promise<Uint8Array[]> {
    const name = `${level}/${index}`;
    const known = tiles.get(name);
    if (known !== undefined) {
      return known;
    }
    const width = tileWidth(level, index, size);
    const read = source({ level, index, width }).then((bytes) => {
      const hashes = splitTile(bytes, width);
      if (hashes === null) {
        throw new TileError(`tile ${name}: expected ${width} hashes, got ${bytes.length} bytes`);
      }
      return hashes;
    });
    tiles.set(name, read);
    return read;
  }

  /** The root of a perfect subtree of 2^height leaves, which begins at a multiple of that. */
  async function perfect(from: number, height: number): Promise<Uint8Array> {
    const level = Math.floor(height / 8);
    const first = from / TILE_WIDTH ** level;
    const hashes = await readTile(level, Math.floor(first / TILE_WIDTH));
    const at = first % TILE_WIDTH;
    const tree = merkle.createTree();
    for (const hash of hashes.slice(at, at + 2 ** (height % 8))) {
      tree.append(hash);
    }
    return tree.root();
  }

  async function subtree(from: number, to: number): Promise<Uint8Array> {
    const length = to - from;
    if (length <= 0) {
      return merkle.emptyRoot;
    }
    const height = Math.log2(length);
    if (Number.isInteger(height) && from % length === 0) {
      return await perfect(from, height);
    }
    const k = split(length);
    const [left, right] = await Promise.all([subtree(from, from + k), subtree(from + k, to)]);
    return merkle.nodeHash(left, right);
  }

  async function path(m: number, from: number, to: number): Promise<Uint8Array[]> {
    if (to - from <= 1) {
      return [];
    }
    const k = split(to - from);
    return m < k
      ? [...(await path(m, from, from + k)), await subtree(from + k, to)]
      : [...(await path(m - k, from + k, to)), await subtree(from, from + k)];
  }

  /** SUBPROOF(m, D[from:to], whole): `whole` = the old tree is this subtree, and known. */
  async function subproof(
    m: number,
    from: number,
    to: number,
    whole: boolean,
  ): Promise<Uint8Array[]> {
    if (m === to - from) {
      return whole ? [] : [await subtree(from, to)];
    }
    const k = split(to - from);
    return m <= k
      ? [...(await subproof(m, from, from + k, whole)), await subtree(from + k, to)]
      : [...(await subproof(m - k, from + k, to, false)), await subtree(from, from + k)];
  }

  return {
    subtree,
    root: () => subtree(0, size),
    async inclusionProof(index) {
      if (!(index >= 0 && index < size)) {
        throw new RangeError(`inclusion proof: expected an index below ${size}, got ${index}`);
      }
      return await path(index, 0, size);
    },
    async consistencyProof(old) {
      if (!(old >= 0 && old <= size)) {
        throw new RangeError(`consistency proof: expected a size up to ${size}, got ${old}`);
      }
      return old === 0 ? [] : await subproof(old, 0, size, true);
    },
  };
}

/** The largest power of two smaller than `n`. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) {
    k *= 2;
  }
  return k;
}
