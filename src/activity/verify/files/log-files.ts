/**
 * The files of a log in the C2SP tlog-tiles layout, wherever they lie.
 *
 * Whoever keeps them may be hostile: no answer is longer than what was asked for, and what a file
 * says is checked by who asked.
 *
 * @module
 */
import { TILE_WIDTH, type TileRef, tilePath } from "../../tree/tiles.ts";
import { MAX_ENTRY } from "../entry/entry-reader.ts";

/** A log whose files cannot be had: not there at all, out of reach, or not for us. */
export class LogFilesError extends Error {
  override readonly name = "LogFilesError";
  /** `UNREACHABLE`, `TIMEOUT`, `UNREADABLE`, `REDIRECTED`, `NO_LOG`, or what the server said. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface LogFiles {
  /**
   * The bytes of a file, at most `limit` + 1 of them; null when it is not there.
   *
   * @throws {@link LogFilesError}
   */
  read(path: string, limit: number): Promise<Uint8Array | null>;
  /** Whether a look at many names costs little. */
  readonly isLocal: boolean;
}

/** A note of many signatures has room. */
export const MAX_NOTE = 1_000_000;

/** A file that stands for a tile or a bundle, and how many hashes or entries it must hold. */
export interface FoundTile {
  readonly bytes: Uint8Array;
  readonly width: number;
}

/** The first file that can stand for this tile or bundle (`docs/log-format.md`). */
export async function findTile(files: LogFiles, tile: TileRef): Promise<FoundTile | null> {
  const perItem = tile.level === "entries" ? 2 + MAX_ENTRY : 32;
  for (const width of widths(tile.width, files.isLocal)) {
    const bytes = await files.read(tilePath({ ...tile, width }), width * perItem);
    if (bytes !== null) {
      return { bytes, width };
    }
  }
  return null;
}

function* widths(width: number, isLocal: boolean): Generator<number> {
  yield width;
  if (width < TILE_WIDTH) {
    yield TILE_WIDTH;
  }
  for (let wider = width + 1; isLocal && wider < TILE_WIDTH; wider++) {
    yield wider;
  }
}

/** Works on up to `ahead` items at a time and answers in order. */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  work: (item: T) => Promise<R>,
  ahead: number,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  try {
    for (const item of items) {
      const promise = work(item);
      // Awaited later: until then a failure is nobody's.
      promise.catch(() => undefined);
      running.push(promise);
      if (running.length >= ahead) {
        yield await running.shift()!;
      }
    }
    while (running.length > 0) {
      yield await running.shift()!;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
