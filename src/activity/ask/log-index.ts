/**
 * The index over the log: current with every committed entry, stored behind it, and no more than
 * what the entries say.
 *
 * While the log is verified at start the visitor counts and takes up the end of the log; from then
 * on `observe` does. Entries that neither memory nor tables cover are read themselves, so an
 * answer is complete for the committed size at any moment.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";
import type { Appended } from "../append/log.ts";
import { parseMicroseconds } from "../entries/entry-text.ts";
import type { EntryVisitor } from "../verify/verify.ts";
import { type AskedPage, askLog, type Page } from "./query.ts";
import type { Question } from "./question.ts";
import { eachEntry } from "./segments/bare.ts";
import {
  COUNTED,
  type CountedField,
  type Counts,
  createCounts,
  type ValueCount,
} from "./segments/counts.ts";
import { LIMITS, type SegmentLimits, STEP } from "./segments/segment.ts";
import { type Snapshot, type Span, StaleError } from "./segments/span.ts";
import { readSpans } from "./segments/store.ts";
import { createTail } from "./segments/tail.ts";
import type { Fields } from "./segments/terms.ts";
import { createWriter } from "./segments/writer.ts";
import { type AskedTimeline, askTimeline, type Timeline } from "./timeline.ts";

export interface LogIndex {
  /** Sees the log while it is verified at start. */
  readonly visitor: EntryVisitor;
  /** Takes entries that are durable; as `openLog` wants it. */
  observe(appended: readonly Appended[]): void;
  /** The log was verified: begins to write what the tables lack. */
  start(): void;
  /** Entries committed so far. */
  readonly size: number;
  ask(question: Question, page: AskedPage): Promise<Page>;
  /** Without `from` or `to` from the first entry, up to behind the last. */
  timeline(
    question: Question,
    asked: Pick<AskedTimeline, "buckets" | "by">,
  ): Promise<Timeline & Pick<AskedTimeline, "from" | "to">>;
  /** The different values of a field; of one customer's entries, or of all. */
  terms(
    field: CountedField,
    customer: string | null,
  ): { readonly items: readonly ValueCount[]; readonly size: number };
  /** Drops the stored index and makes it again; answers stay right meanwhile. */
  rebuild(): Promise<{ readonly size: number }>;
  /** Runs what prunes the stored index (`pruneSegments`), while nothing else writes it. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when all that can be stored is stored, or could not be. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface IndexOptions {
  readonly db: Knex;
  readonly onError: (error: unknown) => void;
  readonly limits?: SegmentLimits;
}

/** More entries than this are not taken up at start: the writer reads them later, in turns. */
const MOST_AT_START = 16_384;

/** Opens the index over a log that is yet to be verified. */
export async function openLogIndex({
  db,
  onError,
  limits = LIMITS,
}: IndexOptions): Promise<LogIndex> {
  const tail = createTail(limits, () => writer.wake());
  const writer = createWriter(db, tail, limits, onError);
  let counts = createCounts();
  // Made anew behind the log after a prune, while the old ones serve.
  let recount: Counts | null = null;
  const stored = await readStored(db);
  const end = stored.at(-1)?.last ?? 0;
  const size = await headSize(db);
  const isFar = size - end > MOST_AT_START;
  const kept = isFar ? Math.floor((size - limits.entries) / STEP) * STEP : end;
  let isClosed = false;
  // As the log says while it is verified; their bodies may still be there.
  let prunedAtStart = 0;
  // Of the first and the last entry, in microseconds.
  let [firstIndex, firstAt, lastAt] = [0, 0, 0];

  function take(index: number, at: number, entry: Fields, isKept: boolean): void {
    if (lastAt === 0) {
      // Those before were pruned.
      [firstIndex, firstAt] = [index, at];
    }
    lastAt = at;
    counts.add(entry);
    recount?.add(entry);
    tail.add(index, at, entry, isKept);
  }

  /** An entry says that those below are gone; the transaction that did it has dropped their rows. */
  function prune(below: number): void {
    firstIndex = Math.max(firstIndex, below);
    writer.prune(firstIndex);
    firstAt = writer.stored[0]?.firstAt ?? firstAt;
    countAgain(firstIndex, tail.size).catch(onError);
  }

  async function countAgain(from: number, to: number): Promise<void> {
    const fresh = createCounts();
    recount = fresh;
    let isFirst = true;
    for await (const { at, entry } of eachEntry(db, from, to)) {
      if (recount !== fresh || isClosed) {
        return;
      }
      firstAt = isFirst ? at : firstAt;
      isFirst = false;
      fresh.add(entry);
    }
    [counts, recount] = [fresh, null];
  }

  function snapshot(): Snapshot {
    const own = writer.stored;
    const spans: Span[] = [...own];
    const from = own.at(-1)?.last ?? firstIndex;
    if (from < tail.first) {
      spans.push({ kind: "bare", first: from, last: tail.first });
    }
    spans.push(...tail.spans());
    return { first: firstIndex, size: tail.size, spans, isCurrent: () => writer.stored === own };
  }

  async function answered<T>(ask: (moment: Snapshot) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask(snapshot());
      } catch (error) {
        if (!(error instanceof StaleError)) {
          throw error;
        }
      }
    }
  }

  return {
    visitor: {
      visit(index, entry) {
        const { action, outcome } = entry;
        const below = prunedBelow({ action, outcome, below: entry["below"] });
        prunedAtStart = Math.max(prunedAtStart, below ?? 0);
        const isKept = index >= kept && (below === null || tail.first >= below);
        take(index, parseMicroseconds(String(entry["at"])), entry, isKept);
      },
      sums: {
        until: kept,
        fields: COUNTED,
        add(run) {
          if (lastAt === 0) {
            [firstIndex, firstAt] = [run.first, run.firstAt];
          }
          lastAt = run.lastAt;
          for (const [fields, times] of run.counts) {
            counts.add(fields, times);
          }
          tail.add(run.last - 1, run.lastAt, {}, false);
        },
      },
      finish: async () => [],
    },
    observe(appended) {
      for (const { index, at, draft } of appended) {
        const { fields, ...common } = draft;
        const below = prunedBelow({ ...common, below: fields?.["below"] });
        try {
          // What is in memory must not reach below either.
          take(index, at, { ...fields, ...common }, below === null || tail.first >= below);
          if (below !== null) {
            prune(below);
          }
        } catch (error) {
          onError(error);
          tail.add(index, at, {}, false);
        }
      }
    },
    start() {
      if (prunedAtStart > firstIndex) {
        // A crash came before all bodies were emptied.
        prune(prunedAtStart);
      }
      const isWhole = stored[0]?.first === firstIndex && end <= tail.size;
      writer.start(firstIndex, isWhole ? stored : []);
    },
    get size() {
      return tail.size;
    },
    ask: (question, page) => answered((moment) => askLog(db, moment, question, page)),
    timeline(question, asked) {
      const from = question.from ?? firstAt;
      const to = Math.max(from + 1, question.to ?? lastAt + 1);
      return answered(async (moment) => {
        const values = counts.values(asked.by, question.scope ?? question.customer ?? null);
        const whole = { ...asked, from, to };
        return { from, to, ...(await askTimeline(db, moment, question, whole, values)) };
      });
    },
    terms: (field, customer) => ({ items: counts.values(field, customer), size: tail.size }),
    async rebuild() {
      await writer.rebuild();
      return { size: tail.size };
    },
    alone: writer.alone,
    settled: writer.settled,
    async close() {
      isClosed = true;
      await writer.close();
    },
  };
}

/** What an entry says of pruning, or null. */
function prunedBelow({ action, outcome, below }: Fields): number | null {
  return action === "log.pruned" && outcome === "ok" && typeof below === "number" ? below : null;
}

async function readStored(db: Knex) {
  const [row] = await db("log_segments").min({ first: "first" });
  return await readSpans(db, row?.["first"] ?? 0, await headSize(db));
}

async function headSize(db: Knex): Promise<number> {
  const [row] = await db("log_head").where({ id: 1 }).select("size");
  return Number(row?.size ?? 0);
}
