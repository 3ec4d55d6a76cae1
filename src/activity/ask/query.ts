/**
 * Asking the log: entries by index, and a filtered walk over them.
 *
 * The walk reads forward from `after` and decodes access sets, so that a meter is found in the
 * batches that used its key. It costs a scan: an index of its own comes when logs grow large.
 *
 * @module
 */
import { Problem } from "../../base/problem.ts";
import type { Knex } from "../../db/open.ts";
import { decodeAccessSet } from "../entries/access-set.ts";
import type { Json } from "../entries/entry.ts";

export type LogEntry = { readonly [name: string]: Json };

export interface LogItem {
  readonly index: number;
  readonly entry: LogEntry;
}

export interface LogQuery {
  readonly actor?: string;
  readonly action?: string;
  /** RFC 3339; compared as text, which the fixed form allows. */
  readonly from?: string;
  readonly to?: string;
  readonly meter?: MeterInLog;
  /** Only entries that belong to this customer. */
  readonly customer?: string;
}

/** How entries name a meter. */
export interface MeterInLog {
  readonly customer: string;
  readonly number: number;
  readonly id: string;
}

const PAGE = 2000;

/** Answers up to `limit` entries after index `after`, and where to go on. */
export async function queryLog(
  db: Knex,
  query: LogQuery,
  after: number,
  limit: number,
): Promise<{ items: LogItem[]; next: number | null }> {
  const items: LogItem[] = [];
  for (let last = after; ; ) {
    const rows: { idx: number; body: string }[] = await db("log_entries")
      .where("idx", ">", last)
      .orderBy("idx")
      .limit(PAGE)
      .select("idx", "body");
    for (const row of rows) {
      last = row.idx;
      if (row.body === "") {
        continue;
      }
      const entry = JSON.parse(row.body) as LogEntry;
      if (matches(entry, query)) {
        items.push({ index: row.idx, entry });
        if (items.length === limit) {
          return { items, next: last };
        }
      }
    }
    if (rows.length < PAGE) {
      return { items, next: null };
    }
  }
}

/** One entry; null when the log has no such index. @throws {@link Problem} 410 `ENTRY_PRUNED` */
export async function readEntry(db: Knex, index: number): Promise<LogItem | null> {
  const [row] = await db("log_entries").where({ idx: index }).select("body");
  if (row?.body === "") {
    throw new Problem(410, "ENTRY_PRUNED", "the entry was pruned; its hash is still in the tree");
  }
  return row === undefined ? null : { index, entry: JSON.parse(row.body) };
}

function matches(entry: LogEntry, query: LogQuery): boolean {
  const at = String(entry["at"]);
  return (
    (query.actor === undefined || entry["actor"] === query.actor) &&
    (query.action === undefined || entry["action"] === query.action) &&
    (query.customer === undefined || entry["customer"] === query.customer) &&
    (query.from === undefined || at >= query.from) &&
    (query.to === undefined || at < query.to) &&
    (query.meter === undefined || namesMeter(entry, query.meter))
  );
}

function namesMeter(entry: LogEntry, meter: MeterInLog): boolean {
  if (entry["meter"] === meter.id) {
    return true;
  }
  if (entry["customer"] !== meter.customer) {
    return false;
  }
  const { from, to } = entry;
  if (typeof from === "number" && typeof to === "number") {
    return from <= meter.number && meter.number <= to;
  }
  return decodeAccessSet(entry["keys"])?.some((use) => use.number === meter.number) ?? false;
}
