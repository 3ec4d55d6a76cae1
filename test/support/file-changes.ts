/**
 * What somebody does to the files of a log, and where a verification must say so first.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { leafHash, nodeHash } from "../../src/activity/hashing.ts";
import { packBundle, splitBundle, tilePath, tileWidth } from "../../src/activity/tree/tiles.ts";
import { createSigner, entryTexts, type FilesLog } from "./log-tree.ts";

export const SIZE = 600;
export const ENTRIES = entryTexts(SIZE);
export const BUNDLES = ["tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"];
export const TILES = ["tile/0/000", "tile/0/001", "tile/0/002.p/88"];
export const UPPER = "tile/1/000.p/2";

export function edit(log: FilesLog, path: string, change: (bytes: Buffer) => Uint8Array): void {
  const file = join(log.dir, path);
  writeFileSync(file, change(readFileSync(file)));
}

export const flip = (at: number) => (bytes: Buffer) => {
  bytes[at] = bytes[at]! ^ 1;
  return bytes;
};

/** Another text in an entry of a bundle, of the same length or not. */
export function editEntry(log: FilesLog, index: number, from: string, to: string): void {
  const n = Math.floor(index / 256);
  const width = tileWidth(0, n, log.entries.length);
  edit(log, tilePath({ level: "entries", index: n, width }), (bytes) => {
    const entries = splitBundle(bytes, width)!.map((entry) => Buffer.from(entry));
    entries[index % 256] = Buffer.from(entries[index % 256]!.toString().replace(from, to));
    return packBundle(entries);
  });
}

export function remove(log: FilesLog, ...paths: readonly string[]): void {
  for (const path of paths) {
    rmSync(join(log.dir, path));
  }
}

interface Change {
  readonly title: string;
  readonly first: string;
  readonly run: (log: FilesLog) => void;
}

export const CHANGES: readonly Change[] = [
  {
    title: "an entry is edited",
    first: "300 ENTRY_CHANGED",
    run: (log) => editEntry(log, 300, '"n":300', '"n":301'),
  },
  {
    title: "an entry is edited and grows",
    first: "599 ENTRY_CHANGED",
    run: (log) => editEntry(log, 599, '"n":599', '"n":59900'),
  },
  {
    title: "an entry is edited into what is no JSON",
    first: "7 ENTRY_CHANGED",
    run: (log) => editEntry(log, 7, '"n":7', '"n":x'),
  },
  {
    title: "a bundle is cut off",
    first: "256 ENTRY_MISSING",
    run: (log) => edit(log, BUNDLES[1]!, (bytes) => bytes.subarray(0, -1)),
  },
  {
    title: "a bundle has bytes behind its last entry",
    first: "512 ENTRY_MISSING",
    run: (log) => edit(log, BUNDLES[2]!, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)])),
  },
  {
    title: "a bundle is empty",
    first: "0 ENTRY_MISSING",
    run: (log) => edit(log, BUNDLES[0]!, () => Buffer.alloc(0)),
  },
  {
    title: "a bundle is taken away",
    first: "256 ENTRY_MISSING",
    run: (log) => remove(log, BUNDLES[1]!),
  },
  {
    title: "a hash of a tile is changed",
    first: "259 TILE_CHANGED",
    run: (log) => edit(log, TILES[1]!, flip(3 * 32 + 5)),
  },
  {
    title: "a tile is cut off",
    first: "512 TILE_CHANGED",
    run: (log) => edit(log, TILES[2]!, (bytes) => bytes.subarray(0, -1)),
  },
  {
    title: "a tile is taken away",
    first: "0 TILE_CHANGED",
    run: (log) => remove(log, TILES[0]!),
  },
  {
    title: "a hash of an upper tile is changed",
    first: "256 TILE_CHANGED",
    run: (log) => edit(log, UPPER, flip(32)),
  },
  {
    title: "an upper tile is taken away",
    first: "0 TILE_CHANGED",
    run: (log) => remove(log, UPPER),
  },
  {
    title: "an entry and an upper tile are changed",
    first: "0 TILE_CHANGED",
    run(log) {
      editEntry(log, 300, '"n":300', '"n":301');
      edit(log, UPPER, flip(0));
    },
  },
  {
    title: "an entry is edited with its hash in the tile",
    first: "256 CHECKPOINT_ROOT",
    run: (log) => forge(log, 300, false),
  },
  {
    title: "an entry is edited with every hash above it",
    first: "0 CHECKPOINT_ROOT",
    run: (log) => forge(log, 300, true),
  },
  {
    title: "entry and tile differ from each other and from what was signed",
    first: "300 CHECKPOINT_ROOT",
    run(log) {
      editEntry(log, 300, '"n":300', '"n":301');
      edit(log, TILES[1]!, flip(200 * 32));
      remove(log, UPPER);
      writeFileSync(join(log.dir, UPPER), upperOfTiles(log));
    },
  },
  {
    title: "bundle and tile are taken away",
    first: "256 CHECKPOINT_ROOT",
    run: (log) => remove(log, BUNDLES[1]!, TILES[1]!),
  },
  {
    title: "the checkpoint is taken away",
    first: "0 CHECKPOINT_SIGNATURE",
    run: (log) => remove(log, "checkpoint"),
  },
  {
    title: "the checkpoint says another size",
    first: "0 CHECKPOINT_SIGNATURE",
    run: (log) => edit(log, "checkpoint", (note) => Buffer.from(`${note}`.replace("600", "599"))),
  },
  {
    title: "the checkpoint is by another key",
    first: "0 CHECKPOINT_SIGNATURE",
    run: (log) => edit(log, "checkpoint", () => Buffer.from(createSigner().head(ENTRIES))),
  },
];

/** The hashes of level 1 as the tiles of level 0 give them. */
function upperOfTiles(log: FilesLog): Uint8Array {
  const leaves = TILES.slice(0, 2).map((path) => readFileSync(join(log.dir, path)));
  return Buffer.concat(leaves.map((tile) => tileRoot(tile)));
}

function tileRoot(tile: Uint8Array): Uint8Array {
  let hashes = Array.from({ length: 256 }, (_, i) => tile.subarray(i * 32, i * 32 + 32));
  while (hashes.length > 1) {
    hashes = Array.from({ length: hashes.length / 2 }, (_, i) =>
      nodeHash(hashes[2 * i]!, hashes[2 * i + 1]!),
    );
  }
  return hashes[0]!;
}

function forge(log: FilesLog, index: number, withUpper: boolean): void {
  editEntry(log, index, `"n":${index}`, `"n":${index + 1}`);
  const n = Math.floor(index / 256);
  const bundle = splitBundle(readFileSync(join(log.dir, BUNDLES[n]!)), 256)!;
  edit(log, TILES[n]!, () => Buffer.concat(bundle.map((entry) => leafHash(entry))));
  if (withUpper) {
    edit(log, UPPER, () => upperOfTiles(log));
  }
}
