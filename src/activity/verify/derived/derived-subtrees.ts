/**
 * Holds the stored hashes of tiles of level 1 and above against those of the tree.
 *
 * @module
 */
import type { Knex } from "../../../db/open.ts";
import { TILE_WIDTH } from "../../tree/tiles.ts";
import type { Report } from "../log-problem.ts";
import { createHashes, type Hashes } from "./hash-chain.ts";

const PAGE = 2000;

export interface TreeLevels {
  /** Takes the next hash of a level. */
  readonly completed: (level: number, hash: Uint8Array) => void;
  readonly at: (level: number) => Hashes | undefined;
}

export function createTreeLevels(): TreeLevels {
  const levels: Hashes[] = [];
  return {
    completed(level, hash) {
      levels[level] ??= createHashes();
      levels[level].push(hash);
    },
    at: (level) => levels[level],
  };
}

/** `end` = the entries before it are indexed, in a log of `size`. */
export async function verifySubtrees(
  db: Knex,
  levels: TreeLevels,
  { end, size }: { readonly end: number; readonly size: number },
  report: Report,
): Promise<void> {
  const countAt = (level: number) =>
    Number.isSafeInteger(level) && level >= 1 ? Math.floor(end / TILE_WIDTH ** level) : 0;
  const missing = (level: number, from: number, to: number) => {
    for (let idx = from; idx < to; idx++) {
      report(idx * TILE_WIDTH ** level, "TILE_CHANGED", `level ${level}: hash ${idx} is absent`);
    }
  };
  // Rows come by level and index: what is skipped is absent.
  let level = 1;
  let next = 0;
  for await (const row of subtreeRows(db)) {
    const isExpected =
      Number.isSafeInteger(row.idx) && row.idx >= 0 && row.idx < countAt(row.level);
    if (!isExpected) {
      const first = row.idx * TILE_WIDTH ** row.level;
      const index = Number.isNaN(first) ? size : Math.max(0, Math.min(Math.floor(first), size));
      report(index, "TILE_CHANGED", `level ${row.level}: there is no hash ${row.idx} yet`);
      continue;
    }
    for (; level < row.level; level++) {
      missing(level, next, countAt(level));
      next = 0;
    }
    missing(level, next, row.idx);
    next = row.idx + 1;
    const hash = levels.at(level)?.hashAt(row.idx);
    if (hash === undefined || !isSame(row.hash, hash)) {
      const index = row.idx * TILE_WIDTH ** level;
      report(index, "TILE_CHANGED", `level ${level}: hash ${row.idx} is not that of its entries`);
    }
  }
  for (; countAt(level) > 0; level++) {
    missing(level, next, countAt(level));
    next = 0;
  }
}

interface Row {
  readonly level: number;
  readonly idx: number;
  readonly hash: unknown;
}

async function* subtreeRows(db: Knex): AsyncGenerator<Row> {
  for (let last: Row | null = null; ; ) {
    const after: Row | null = last;
    const rows: Row[] = await db("log_subtrees")
      .modify((query) => {
        if (after !== null) {
          query.whereRaw("(level, idx) > (?, ?)", [after.level, after.idx]);
        }
      })
      .orderBy(["level", "idx"])
      .limit(PAGE)
      .select("level", "idx", "hash");
    yield* rows;
    last = rows.at(-1) ?? null;
    if (rows.length < PAGE) {
      return;
    }
  }
}

function isSame(stored: unknown, hash: Uint8Array): boolean {
  return stored instanceof Uint8Array && Buffer.compare(stored, hash) === 0;
}
