/**
 * The hashes of tiles above level 0: roots of 256^level leaves, made from the level below.
 *
 * @module
 */
import { joinedLeaves } from "../../../db/joined-rows.ts";
import type { Knex } from "../../../db/open.ts";
import { createTree } from "../../hashing.ts";
import { splitTile, TILE_WIDTH } from "../../tree/tiles.ts";

export interface Subtree {
  readonly level: number;
  readonly idx: number;
  readonly hash: Uint8Array;
}

/** Leaves at a time. */
const PAGE = 4096;
const HASH = 32;

/** The complete subtrees of the first `end` leaves that are not stored yet; `end` counts bundles. */
export async function subtreesUpTo(db: Knex, end: number): Promise<Subtree[]> {
  const made: Subtree[] = [];
  const begin = await storedCount(db, 1);
  for (let from = begin * TILE_WIDTH; from < end; from += PAGE) {
    const leaves = await joinedLeaves(db, from, Math.min(end, from + PAGE));
    made.push(...rootsOf(1, from / TILE_WIDTH, splitTile(leaves, leaves.length / HASH) ?? []));
  }
  for (let level = 2, below = made; TILE_WIDTH ** level <= end; level++) {
    const from = await storedCount(db, level);
    const to = Math.floor(end / TILE_WIDTH ** level);
    const first = from * TILE_WIDTH;
    const known = await storedHashes(db, level - 1, first, to * TILE_WIDTH);
    const fresh = below.slice(Math.max(0, first + known.length - (below[0]?.idx ?? 0)));
    const hashes = [...known, ...fresh.map(({ hash }) => hash)];
    below = rootsOf(level, from, hashes.slice(0, (to - from) * TILE_WIDTH));
    made.push(...below);
  }
  return made;
}

/** Takes away the subtrees that reach beyond `end`. */
export async function dropSubtrees(trx: Knex, end: number): Promise<void> {
  for (let level = 1; level <= TOP; level++) {
    await trx("log_subtrees")
      .where({ level })
      .andWhere("idx", ">=", Math.floor(end / TILE_WIDTH ** level))
      .delete();
  }
}

/** 256^6 leaves are more than 2^47 entries. */
const TOP = 6;

async function storedCount(db: Knex, level: number): Promise<number> {
  const [row] = await db("log_subtrees").where({ level }).max({ idx: "idx" });
  return Number(row?.["idx"] ?? -1) + 1;
}

async function storedHashes(db: Knex, level: number, from: number, to: number) {
  const rows: { hash: Uint8Array }[] = await db("log_subtrees")
    .where({ level })
    .whereBetween("idx", [from, to - 1])
    .orderBy("idx")
    .select("hash");
  return rows.map(({ hash }) => hash);
}

function rootsOf(level: number, first: number, hashes: readonly Uint8Array[]): Subtree[] {
  const roots: Subtree[] = [];
  for (let at = 0; at + TILE_WIDTH <= hashes.length; at += TILE_WIDTH) {
    const tree = createTree();
    for (const hash of hashes.slice(at, at + TILE_WIDTH)) {
      tree.append(hash);
    }
    roots.push({ level, idx: first + roots.length, hash: tree.root() });
  }
  return roots;
}
