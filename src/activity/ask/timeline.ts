/**
 * How many entries answer a question, over time and by who acted or what was done.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import { matchOffsets, type View } from "./match.ts";
import { type Plan, planOf, type Question, termsOf } from "./question.ts";
import { byCount, type ValueCount } from "./segments/counts.ts";
import { eachOffset } from "./segments/postings.ts";
import { eachTime } from "./segments/segment.ts";
import type { Snapshot } from "./segments/span.ts";
import { term } from "./segments/terms.ts";
import { eachView } from "./segments/views.ts";

export interface AskedTimeline {
  /** Microseconds since 1970, `from` included and `to` not. */
  readonly from: number;
  readonly to: number;
  readonly buckets: number;
  readonly by: "action" | "actor";
}

export interface Series {
  readonly name: string;
  readonly counts: readonly number[];
}

export interface Timeline {
  readonly bucketSeconds: number;
  /** Start of each bucket, in microseconds since 1970. */
  readonly times: readonly number[];
  /** The most frequent first; what is beyond the twelfth is summed as `other`. */
  readonly series: readonly Series[];
  readonly size: number;
}

const MOST_SERIES = 12;
/** Values whose buckets are all kept; more of them are first narrowed to the most frequent. */
const AT_ONCE = 100;
const SECOND = 1_000_000;

/** @param values what `by` may be, most frequent first, from the counts of the whole log. */
export async function askTimeline(
  db: Knex,
  snapshot: Snapshot,
  question: Question,
  asked: AskedTimeline,
  values: readonly ValueCount[],
): Promise<Timeline> {
  const { from, to, buckets, by } = asked;
  const bucketSeconds = Math.max(1, Math.ceil((to - from) / SECOND / buckets));
  const width = bucketSeconds * SECOND;
  const times = Array.from({ length: Math.max(1, Math.ceil((to - from) / width)) }, (_, i) => {
    return from + i * width;
  });
  const plan = planOf({ ...question, from, to }, { first: 0, last: snapshot.size });
  const only = question[by];
  let names = only === undefined ? values.map(({ value }) => value) : [only];
  if (names.length > AT_ONCE && isCounted(question)) {
    names = names.slice(0, MOST_SERIES);
  } else if (names.length > AT_ONCE) {
    names = await mostFrequent(db, snapshot, plan, by);
  }
  const counter = createCounter(times.length, from, width);
  const counted = names.map((name) => ({ name, term: term(by, name) }));
  const terms = counted.map((one) => one.term);
  const rows = new Map(names.map((name) => [name, new Array<number>(times.length).fill(0)]));
  const total = new Array<number>(times.length).fill(0);
  const walk = {
    plan,
    terms: [...termsOf(plan), ...terms],
    wantsTimes: true,
    isNewestFirst: false,
  };
  for await (const view of eachView(db, snapshot, walk)) {
    const where = counter(view, plan);
    for (const bucket of where) {
      add(total, bucket);
    }
    for (const one of counted) {
      const row = rows.get(one.name)!;
      eachOffset(view.postings.get(one.term) ?? NONE, view.count, (offset) => {
        add(row, where[offset]);
      });
    }
  }
  return { bucketSeconds, times, series: seriesOf(rows, total), size: snapshot.size };
}

/** Whether the counts of the whole log, or of one customer, are the answer's own. */
function isCounted({ scope, customer, ...others }: Question): boolean {
  return Object.keys(others).length === 0 && (scope === undefined || customer === undefined);
}

const NONE = new Uint8Array(0);
/** An entry that does not count. */
const NOWHERE = -1;

function add(row: number[], bucket: number | undefined): void {
  if (bucket !== undefined && bucket !== NOWHERE) {
    row[bucket] = (row[bucket] ?? 0) + 1;
  }
}

/** Answers for a segment in which bucket each of its entries counts. */
function createCounter(buckets: number, from: number, width: number) {
  return (view: View, plan: Plan): Int16Array => {
    const where = new Int16Array(view.count).fill(NOWHERE);
    const offsets = matchOffsets(view, plan);
    if (offsets.length === 0 || view.times === null) {
      return where;
    }
    const at = new Float64Array(view.count);
    eachTime(view.times, view.count, (offset, time) => {
      at[offset] = time;
    });
    for (const offset of offsets) {
      const bucket = Math.floor((at[offset]! - from) / width);
      where[offset] = Math.max(0, Math.min(buckets - 1, bucket));
    }
    return where;
  };
}

/** The twelve values that occur most. Every link is an actor: there can be very many. */
async function mostFrequent(
  db: Knex,
  snapshot: Snapshot,
  plan: Plan,
  by: AskedTimeline["by"],
): Promise<string[]> {
  const prefix = term(by, "");
  const counts = new Map<string, number>();
  const walk = { plan, terms: termsOf(plan), prefix, wantsTimes: false, isNewestFirst: false };
  for await (const view of eachView(db, snapshot, walk)) {
    const matched = new Uint8Array(view.count);
    for (const offset of matchOffsets(view, plan)) {
      matched[offset] = 1;
    }
    for (const [name, postings] of view.postings) {
      if (name.startsWith(prefix)) {
        let count = counts.get(name) ?? 0;
        eachOffset(postings, view.count, (offset) => {
          count += matched[offset] ?? 0;
        });
        counts.set(name, count);
      }
    }
  }
  return byCount(counts)
    .slice(0, MOST_SERIES)
    .map(({ value }) => value.slice(prefix.length));
}

function seriesOf(rows: ReadonlyMap<string, number[]>, total: readonly number[]): Series[] {
  const sums = new Map([...rows].map(([name, counts]) => [name, sum(counts)]));
  const first = byCount(sums)
    .filter(({ count }) => count > 0)
    .slice(0, MOST_SERIES)
    .map(({ value }): Series => ({ name: value, counts: rows.get(value)! }));
  const rest = total.map((count, i) =>
    first.reduce((left, { counts }) => left - (counts[i] ?? 0), count),
  );
  return sum(rest) === 0 ? first : [...first, { name: "other", counts: rest }];
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
