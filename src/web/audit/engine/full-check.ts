/**
 * Every entry of the log, hashed and added up anew, against its tiles and its signed head.
 *
 * The rules and their order are those of the log's description: if the entries add up to the
 * signed root, a tile that differs is wrong; if the tiles do, the entry that differs is; else
 * neither can be told from the other, and the first difference is named.
 *
 * @module
 */
import { sameBytes } from "../../../activity/tree/primitives.ts";
import {
  splitBundle,
  splitTile,
  TILE_WIDTH,
  type TileRef,
  tilePath,
  tilesOf,
  tileWidth,
} from "../../../activity/tree/tiles.ts";
import { canonicalJson } from "../../../handover/protocol/canonical.ts";
import { MERKLE } from "./primitives.ts";

export interface FullCheck {
  readonly entries: number;
  readonly pruned: number;
  /** The first index that is not in order; null = all of it is. */
  readonly problem: { readonly index: number; readonly code: string } | null;
}

export interface FullCheckOptions {
  readonly size: number;
  readonly root: Uint8Array;
  /** Reads a file of the static log; null when there is none. */
  read(path: string): Promise<Uint8Array | null>;
  onProgress(done: number): void;
}

interface Walk {
  readonly found: { index: number; code: string }[];
  lastAt: string;
  /** Entries before this index may be gone. */
  below: number;
  /** First indices and ends of bundles that are not there. */
  readonly gone: (readonly [from: number, to: number])[];
}

/** Bundles and tiles that are asked for at once. */
const AHEAD = 6;
const NOTHING = new Uint8Array(32);

export async function checkEveryEntry(options: FullCheckOptions): Promise<FullCheck> {
  const { size, root: signed, read, onProgress } = options;
  const walk: Walk = { found: [], lastAt: "", below: 0, gone: [] };
  // MTH of the roots of whole groups of 256, and of the last one that is not, is MTH of all.
  const ofEntries = MERKLE.createTree();
  const ofTiles = MERKLE.createTree();
  const differs: { index: number; code: string }[] = [];
  /** Roots of the full tiles of level 0, as the entries make them. */
  const above: Uint8Array[] = [];
  for await (const { index, entries, hashes, width } of groups(size, read)) {
    const first = index * TILE_WIDTH;
    if (entries === null) {
      walk.gone.push([first, first + width]);
    }
    const before = differs.length;
    const made = Array.from({ length: width }, (_, i) => {
      const leaf = entries === null ? undefined : look(walk, entries[i]!, first + i);
      const tiled = hashes?.[i];
      if (
        leaf === undefined ? tiled === undefined : tiled === undefined || !sameBytes(leaf, tiled)
      ) {
        const code = leaf === undefined ? "ENTRY_MISSING" : "ENTRY_CHANGED";
        differs.push({ index: first + i, code });
      }
      return leaf ?? tiled ?? NOTHING;
    });
    const root = rootOf(made);
    ofEntries.append(root);
    ofTiles.append(differs.length === before ? root : rootOf(hashes ?? made.map(() => NOTHING)));
    if (width === TILE_WIDTH) {
      above.push(root);
    }
    onProgress(first + width);
  }
  const entriesHold = sameBytes(ofEntries.root(), signed);
  const tilesHold = sameBytes(ofTiles.root(), signed);
  const first = differs[0]?.index;
  if (entriesHold) {
    if (first !== undefined) {
      walk.found.push({ index: first, code: "TILE_CHANGED" });
    }
    const wrong = await wrongTile(size, above, read);
    if (wrong !== null) {
      walk.found.push({ index: wrong, code: "TILE_CHANGED" });
    }
  } else if (tilesHold) {
    walk.found.push(...differs);
  } else {
    walk.found.push({ index: first ?? 0, code: "CHECKPOINT_ROOT" });
  }
  const lost = walk.gone.find(([, to]) => to > walk.below);
  if (lost !== undefined) {
    walk.found.push({ index: Math.max(lost[0], walk.below), code: "ENTRY_MISSING" });
  }
  const [problem = null] = walk.found.sort((a, b) => a.index - b.index);
  const pruned = walk.gone.reduce((sum, [from, to]) => sum + to - from, 0);
  return { entries: size - pruned, pruned, problem };
}

/** Reads bundles with their tiles, a few ahead, in order. */
async function* groups(size: number, read: FullCheckOptions["read"]) {
  const count = Math.ceil(size / TILE_WIDTH);
  const fetchGroup = async (index: number) => {
    const width = tileWidth(0, index, size);
    const [bundle, tile] = await Promise.all([
      read(`log/${tilePath({ level: "entries", index, width })}`),
      read(`log/${tilePath({ level: 0, index, width })}`),
    ]);
    const entries = bundle === null ? null : splitBundle(bundle, width);
    const hashes = tile === null ? null : splitTile(tile, width);
    return { index, entries, hashes, width };
  };
  const waiting: ReturnType<typeof fetchGroup>[] = [];
  for (let next = 0; waiting.length > 0 || next < count; ) {
    while (next < count && waiting.length < AHEAD) {
      const group = fetchGroup(next++);
      // It is awaited later; until then a failure must not count as one that nobody handles.
      group.catch(() => undefined);
      waiting.push(group);
    }
    const group = waiting.shift();
    if (group !== undefined) {
      yield await group;
    }
  }
}

/** Looks at form, place in time and what an entry says about pruning; answers its hash. */
function look(walk: Walk, bytes: Uint8Array, index: number): Uint8Array {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    const entry = JSON.parse(text) as Record<string, unknown>;
    if (canonicalJson(entry as Parameters<typeof canonicalJson>[0]) !== text) {
      walk.found.push({ index, code: "ENTRY_MALFORMED" });
    }
    const at = entry["at"];
    if (typeof at !== "string" || at <= walk.lastAt) {
      walk.found.push({ index, code: "ENTRY_ORDER" });
    } else {
      walk.lastAt = at;
    }
    const below = entry["below"];
    if (entry["action"] === "log.pruned" && entry["outcome"] === "ok") {
      walk.below = Math.max(walk.below, typeof below === "number" ? below : 0);
    }
  } catch {
    walk.found.push({ index, code: "ENTRY_MALFORMED" });
  }
  return MERKLE.leafHash(bytes);
}

/** First entry under a tile of level 1 or higher that is not made of those below; null = none. */
async function wrongTile(
  size: number,
  levelOne: readonly Uint8Array[],
  read: FullCheckOptions["read"],
): Promise<number | null> {
  let hashes = levelOne;
  let level = 1;
  for (const ref of tilesOf(size)) {
    if (ref.level === 0) {
      continue;
    }
    if (ref.level > level) {
      hashes = rootsOf(hashes);
      level = ref.level;
    }
    const wrong = await firstWrong(ref, hashes, read);
    if (wrong !== null) {
      return wrong * TILE_WIDTH ** level;
    }
  }
  return null;
}

async function firstWrong(
  ref: TileRef,
  hashes: readonly Uint8Array[],
  read: FullCheckOptions["read"],
): Promise<number | null> {
  const first = ref.index * TILE_WIDTH;
  const bytes = await read(`log/${tilePath(ref)}`);
  const there = bytes === null ? null : splitTile(bytes, ref.width);
  for (let i = 0; i < ref.width; i++) {
    const [made, shown] = [hashes[first + i], there?.[i]];
    if (made === undefined || shown === undefined || !sameBytes(made, shown)) {
      return first + i;
    }
  }
  return null;
}

/** Roots of the full tiles that these hashes fill. */
function rootsOf(hashes: readonly Uint8Array[]): Uint8Array[] {
  const full = Math.floor(hashes.length / TILE_WIDTH);
  return Array.from({ length: full }, (_, i) =>
    rootOf(hashes.slice(i * TILE_WIDTH, (i + 1) * TILE_WIDTH)),
  );
}

function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  const tree = MERKLE.createTree();
  for (const hash of hashes) {
    tree.append(hash);
  }
  return tree.root();
}
