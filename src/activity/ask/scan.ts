/**
 * Asking the log without its index: every entry is read and held against the question.
 *
 * Slow and simple. It is what the index is checked against, and measured against.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { decodeAccessSet } from "../entries/access-set.ts";
import { parseMicroseconds } from "../entries/entry-text.ts";
import { type AskedPage, itemOf, type LogEntry, type LogItem, type Page } from "./query.ts";
import type { MeterInLog, Question } from "./question.ts";

const PAGE = 2000;

/** Answers a page as the index would, for a log of `size` entries. */
export async function scanLog(
  db: Knex,
  question: Question,
  { after = -1, before = Number.POSITIVE_INFINITY, limit, order = "asc" }: AskedPage,
  size: number,
): Promise<Page> {
  const items: LogItem[] = [];
  const isNewestFirst = order === "desc";
  let [low, high] = [after + 1, Math.min(before, size) - 1];
  while (low <= high) {
    const rows: { idx: number; body: string }[] = await db("log_entries")
      .whereBetween("idx", [low, high])
      .orderBy("idx", order)
      .limit(PAGE)
      .select("idx", "body");
    for (const { idx, body } of rows) {
      const entry = body === "" ? null : (JSON.parse(body) as LogEntry);
      if (entry !== null && matches(entry, question)) {
        items.push(itemOf(idx, entry, question.meter));
        if (items.length === limit) {
          return { items, next: idx, size };
        }
      }
    }
    const last = rows.at(-1)?.idx;
    if (last === undefined) {
      break;
    }
    [low, high] = isNewestFirst ? [low, last - 1] : [last + 1, high];
  }
  return { items, next: null, size };
}

/** Tells whether an entry answers a question. */
export function matches(entry: LogEntry, question: Question): boolean {
  const { from, to, meter, scope } = question;
  const at = parseMicroseconds(String(entry["at"]));
  const fields = ["actor", "action", "customer", "code", "outcome", "reference"] as const;
  return (
    fields.every((field) => question[field] === undefined || entry[field] === question[field]) &&
    (scope === undefined || entry["customer"] === scope) &&
    (from === undefined || at >= from) &&
    (to === undefined || at < to) &&
    (meter === undefined || namesMeter(entry, meter))
  );
}

function namesMeter(entry: LogEntry, meter: MeterInLog): boolean {
  if (entry["meter"] === meter.id) {
    return true;
  }
  if (entry["customer"] !== meter.customer) {
    return false;
  }
  const { from, to, keys } = entry;
  const isInRange =
    typeof from === "number" &&
    typeof to === "number" &&
    from <= meter.number &&
    meter.number <= to;
  const uses = isInRange ? [] : (decodeAccessSet(keys) ?? []);
  return isInRange || uses.some((use) => use.number === meter.number);
}
