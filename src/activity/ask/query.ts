/**
 * Asking the log: one entry by its index, and pages of entries that answer a question.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { decodeAccessSet, type KeyUse } from "../entries/access-set.ts";
import type { Json } from "../entries/entry.ts";
import { matchOffsets } from "./match.ts";
import { type MeterInLog, planOf, type Question, termsOf } from "./question.ts";
import type { Snapshot } from "./segments/span.ts";
import { eachView } from "./segments/views.ts";

export type LogEntry = { readonly [name: string]: Json };

export interface LogItem {
  readonly index: number;
  readonly entry: LogEntry;
  /** How the meter that was asked for is named in the entry's access set, if it has one. */
  readonly use?: readonly Omit<KeyUse, "number">[];
}

/** Which of the answers: between two indices, both left out. */
export interface AskedPage {
  readonly after?: number;
  readonly before?: number;
  readonly limit: number;
  /** `desc` is newest first. */
  readonly order?: "asc" | "desc";
}

export interface Page {
  readonly items: readonly LogItem[];
  /** Where to go on: as `after`, or as `before` when newest come first. Null at the end. */
  readonly next: number | null;
  /** The answer is complete for the log's first `size` entries. */
  readonly size: number;
}

/** Rows per statement: a driver turns them into objects in one go. */
const ROWS = 200;

/** Answers a page from the index. */
export async function askLog(
  db: Knex,
  snapshot: Snapshot,
  question: Question,
  { after = -1, before = Number.POSITIVE_INFINITY, limit, order = "asc" }: AskedPage,
): Promise<Page> {
  const { size } = snapshot;
  const isNewestFirst = order === "desc";
  const plan = planOf(question, { first: after + 1, last: Math.min(before, size) });
  const terms = termsOf(plan);
  const found: number[] = [];
  for await (const view of eachView(db, snapshot, {
    plan,
    terms,
    wantsTimes: false,
    isNewestFirst,
  })) {
    const offsets = matchOffsets(view, plan);
    for (const offset of isNewestFirst ? offsets.reverse() : offsets) {
      if (found.length < limit) {
        found.push(view.first + offset);
      }
    }
    if (found.length >= limit) {
      break;
    }
  }
  const items = await readItems(db, found, question.meter);
  return { items, next: found.length === limit ? found.at(-1)! : null, size };
}

/** One entry; null when the log has no such index, or no longer what was there. */
export async function readEntry(db: Knex, index: number): Promise<LogItem | null> {
  const [row] = await db("log_entries").where({ idx: index }).select("body");
  return row === undefined || row.body === "" ? null : { index, entry: JSON.parse(row.body) };
}

/** An entry of an answer, with what it says of the meter that was asked for. */
export function itemOf(index: number, entry: LogEntry, meter: MeterInLog | undefined): LogItem {
  const isOwn = meter !== undefined && entry["customer"] === meter.customer;
  const use = (isOwn ? (decodeAccessSet(entry["keys"]) ?? []) : [])
    .filter(({ number }) => number === meter?.number)
    .map(({ version, counts }) => ({ version, counts }));
  return use.length === 0 ? { index, entry } : { index, entry, use };
}

async function readItems(
  db: Knex,
  indices: readonly number[],
  meter: MeterInLog | undefined,
): Promise<LogItem[]> {
  const bodies = new Map<number, string>();
  for (let at = 0; at < indices.length; at += ROWS) {
    const rows: { idx: number; body: string }[] = await db("log_entries")
      .whereIn("idx", indices.slice(at, at + ROWS))
      .select("idx", "body");
    for (const { idx, body } of rows) {
      bodies.set(idx, body);
    }
  }
  return indices.flatMap((index) => {
    const body = bodies.get(index) ?? "";
    return body === "" ? [] : [itemOf(index, JSON.parse(body), meter)];
  });
}
