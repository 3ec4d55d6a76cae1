/**
 * The access set of an entry as rows: which meters, in which version, and what was counted.
 *
 * @module
 */
import { decodeAccessSet } from "../entries/access-set.ts";
import type { LogEntry } from "./query.ts";
import { rangeOf } from "./segments/terms.ts";

export interface NamedMeter {
  /** Internal number of the entry's customer. */
  readonly number: number;
  /** Null where an entry names a range of meters and no version of a key. */
  readonly version: number | null;
  readonly counts: readonly number[];
}

/** Up to `limit` rows after row `after` (-1 for the first), and where to go on. */
export function namedMeters(
  entry: LogEntry,
  after: number,
  limit: number,
): { readonly rows: readonly NamedMeter[]; readonly next: number | null } {
  const uses = decodeAccessSet(entry["keys"]) ?? [];
  const range = uses.length === 0 ? rangeOf(entry) : null;
  const total = range === null ? uses.length : range.to - range.from + 1;
  const first = after + 1;
  const last = Math.min(total, first + limit);
  const rows =
    range === null
      ? uses.slice(first, last)
      : Array.from({ length: Math.max(0, last - first) }, (_, i) => {
          return { number: range.from + first + i, version: null, counts: [] };
        });
  return { rows, next: last < total ? last - 1 : null };
}
