/**
 * How often the log names something in one of its fields, and when first and last.
 *
 * What is indexed is counted in the index, whose form `docs/log-format.md` has; only the entries
 * behind it are read.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";

export interface Mentions {
  readonly entries: number;
  readonly first: Mention | null;
  readonly last: Mention | null;
}

export interface Mention {
  readonly index: number;
  readonly at: string;
}

const PAGE = 1000;

/** Counts entries whose `field` is `value`; pruned ones are not there to be counted. */
export async function mentionsOf(db: Knex, field: string, value: string): Promise<Mentions> {
  const found = await indexed(db, `${field}:${value}`);
  const [end] = await db("log_segments").max({ last: "last" });
  const text = JSON.stringify({ [field]: value }).slice(1, -1);
  for (let from = Number(end?.["last"] ?? 0); ; from += PAGE) {
    const rows: { idx: number; body: string }[] = await db("log_entries")
      .where("idx", ">=", from)
      .andWhere("idx", "<", from + PAGE)
      .orderBy("idx")
      .select("idx", "body");
    for (const { idx, body } of rows) {
      if (body.includes(text) && JSON.parse(body)[field] === value) {
        found.push(idx);
      }
    }
    if (rows.length < PAGE) {
      break;
    }
  }
  return {
    entries: found.length,
    first: await mention(db, found.at(0)),
    last: await mention(db, found.at(-1)),
  };
}

async function indexed(db: Knex, term: string): Promise<number[]> {
  const rows: { segment: number; postings: Uint8Array }[] = await db("log_index")
    .where({ term })
    .orderBy("segment")
    .select("segment", "postings");
  return rows.flatMap(({ segment, postings }) => offsets(postings).map((at) => segment + at));
}

/** Unsigned LEB128, each the difference to the one before, the first to −1. */
function offsets(postings: Uint8Array): number[] {
  const found: number[] = [];
  let offset = -1;
  let step = 0;
  let scale = 1;
  for (const byte of postings) {
    step += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) {
      offset += step;
      found.push(offset);
      step = 0;
      scale = 1;
    }
  }
  return found;
}

async function mention(db: Knex, index: number | undefined): Promise<Mention | null> {
  if (index === undefined) {
    return null;
  }
  const row = await db("log_entries").where({ idx: index }).first("body");
  const body: string = row?.body ?? "";
  return body === "" ? null : { index, at: String(JSON.parse(body).at) };
}
