/**
 * How often each actor, action, code, customer and outcome occurs, per customer.
 *
 * Kept in memory, one number per different value; counted while the log is verified at start and
 * from then on with every entry.
 *
 * @module
 */
import type { Fields } from "./terms.ts";

export const COUNTED = ["actor", "action", "code", "customer", "outcome"] as const;

export type CountedField = (typeof COUNTED)[number];

export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

export interface Counts {
  /** Counts `times` entries with these fields; one, unless it is given. */
  add(entry: Fields, times?: number): void;
  /** Values of a field, the most frequent first; of one customer's entries, or of all. */
  values(field: CountedField, customer: string | null): ValueCount[];
}

/** Customer (none: empty), field, value. */
type Table = Map<string, Map<CountedField, Map<string, number>>>;

export function createCounts(): Counts {
  const table: Table = new Map();

  return {
    add(entry, times = 1) {
      const { customer } = entry;
      const own = child(table, typeof customer === "string" ? customer : "");
      for (const field of COUNTED) {
        const value = entry[field];
        if (typeof value === "string") {
          const counts = child(own, field);
          counts.set(value, (counts.get(value) ?? 0) + times);
        }
      }
    },
    values(field, customer) {
      const sums = new Map<string, number>();
      const tables = customer === null ? table.values() : [table.get(customer)];
      for (const own of tables) {
        for (const [value, count] of own?.get(field) ?? []) {
          sums.set(value, (sums.get(value) ?? 0) + count);
        }
      }
      return byCount(sums);
    },
  };
}

/** The most frequent first, equals by name. */
export function byCount(counts: ReadonlyMap<string, number>): ValueCount[] {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

function child<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let found = map.get(key);
  if (found === undefined) {
    found = new Map();
    map.set(key, found);
  }
  return found;
}
