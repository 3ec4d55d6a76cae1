/**
 * Where things lie in C2SP tlog-tiles: names, widths and entry bundles.
 *
 * A tile holds up to 256 hashes of one level: level 0 the leaf hashes, level L the roots of the
 * full tiles of level L - 1. A bundle holds the 256 entries under a tile of level 0.
 *
 * @module
 */

/** Hashes in a full tile. */
export const TILE_WIDTH = 256;
const HASH = 32;

/** One tile, or with level `entries` the bundle of entries under a tile of level 0. */
export interface TileRef {
  readonly level: number | "entries";
  readonly index: number;
  /** 1 to 256; below 256 it is partial. */
  readonly width: number;
}

/** `tile/<L>/<N>[.p/<W>]`: N in groups of three digits, all but the last with an x before it. */
export function tilePath({ level, index, width }: TileRef): string {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  const partial = width === TILE_WIDTH ? "" : `.p/${width}`;
  return `tile/${level}/${groups.join("/")}${partial}`;
}

/** Reads what `tilePath` wrote; null for any other spelling. */
export function parseTilePath(path: string): TileRef | null {
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(
    path,
  );
  if (match === null) {
    return null;
  }
  const level = match[1] === "entries" ? "entries" : Number(match[1]);
  const index = Number((match[2] ?? "").replaceAll(/[x/]/g, ""));
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3]);
  const ref: TileRef = { level, index, width };
  // One spelling per tile: no leading zeroes, no partial tile of full width, no level above 63.
  const isOne = Number.isSafeInteger(index) && tilePath(ref) === path;
  return isOne && width <= TILE_WIDTH && (level === "entries" || level <= 63) ? ref : null;
}

/** How many hashes of tile `index` at `level` a tree of this size has: 0 to 256. */
export function tileWidth(level: number, index: number, size: number): number {
  const there = Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, there));
}

/** Every tile that a tree of this size has, level by level; bundles not among them. */
export function* tilesOf(size: number): Generator<TileRef & { readonly level: number }> {
  for (let level = 0; size >= TILE_WIDTH ** level; level++) {
    for (let index = 0; ; index++) {
      const width = tileWidth(level, index, size);
      if (width === 0) {
        break;
      }
      yield { level, index, width };
    }
  }
}

/** The hashes of a tile, or null when the bytes are not `width` of them. */
export function splitTile(bytes: Uint8Array, width: number): Uint8Array[] | null {
  return bytes.length === width * HASH
    ? Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH, (i + 1) * HASH))
    : null;
}

/** Big-endian uint16 length ‖ entry, one after the other. */
export function packBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    bytes[at] = entry.length >> 8;
    bytes[at + 1] = entry.length & 0xff;
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/** The entries of a bundle, or null when the bytes are not exactly `width` of them. */
export function splitBundle(bytes: Uint8Array, width: number): Uint8Array[] | null {
  const starts = bundleStarts(bytes, width);
  return starts === null
    ? null
    : Array.from({ length: width }, (_, i) => bytes.subarray(starts[i], starts[i + 1]! - 2));
}

/**
 * Where the entries of a bundle start, each two bytes behind the end of the one before, and where
 * one more would; null when the bytes are not exactly `width` entries.
 */
export function bundleStarts(bytes: Uint8Array, width: number): number[] | null {
  const starts = [2];
  let at = 0;
  while (at + 2 <= bytes.length && starts.length <= width) {
    at += 2 + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    starts.push(at + 2);
  }
  return at === bytes.length && starts.length === width + 1 ? starts : null;
}
