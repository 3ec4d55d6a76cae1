/**
 * Where a prune may end: at a multiple of 256 (a whole bundle of entries) that lies within no
 * segment of the index, so that segments stay whole.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { TILE_WIDTH } from "../tree/tiles.ts";

/** The largest boundary at or below an index. */
export async function boundaryBelow(db: Knex, index: number): Promise<number> {
  const whole = index - (index % TILE_WIDTH);
  const row = await db("log_segments")
    .where("first", "<", whole)
    .andWhere("last", ">", whole)
    .first("first");
  return row === undefined ? whole : Number(row.first);
}

/** The first entry at or after a time (RFC 3339, as entries have it), of those from `from` on. */
export async function firstSince(
  db: Knex,
  time: string,
  from: number,
  size: number,
): Promise<number> {
  let [low, high] = [from, size];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await timeOf(db, middle)) < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** When an entry was written, as it says; empty for one that is gone. */
export async function timeOf(db: Knex, index: number): Promise<string> {
  const row = await db("log_entries").where({ idx: index }).first("body");
  const body: string = row?.body ?? "";
  return body === "" ? "" : String(JSON.parse(body).at);
}
