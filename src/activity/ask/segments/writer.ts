/**
 * Writes the index behind the log: one segment at a time, in transactions of its own.
 *
 * What cannot be written waits and is tried again; the log appends and answers all the while.
 *
 * @module
 */
import type { Knex } from "../../../db/open.ts";
import { readFull } from "./bare.ts";
import type { SegmentLimits } from "./segment.ts";
import type { StoredSpan } from "./span.ts";
import { dropSegments, writeSegment } from "./store.ts";
import type { Tail } from "./tail.ts";

export interface Writer {
  /** Segments that are stored, one behind the other. */
  readonly stored: readonly StoredSpan[];
  /** Entries from `first` on are indexed, the ones of `stored` already; begins to write. */
  start(first: number, stored: readonly StoredSpan[]): void;
  /** Says that there is something to write. */
  wake(): void;
  /** Entries below are gone, and with them their segments (`pruneSegments`). */
  prune(below: number): void;
  /** Runs `work` while nothing is written here; it must not wait for the writer. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Forgets all that is stored, takes it away and writes it again; resolves when that is done. */
  rebuild(): Promise<void>;
  /** Resolves when nothing more can be written now. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const RETRY_MS = [1000, 5000, 30_000, 60_000] as const;

export function createWriter(
  db: Knex,
  tail: Tail,
  limits: SegmentLimits,
  onError: (error: unknown) => void,
): Writer {
  let first = 0;
  let stored: StoredSpan[] = [];
  // Whether the tables hold nothing beyond `stored`.
  let isClean = false;
  let isStarted = false;
  let isClosed = false;
  let failures = 0;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let isWanted = false;
  let turn: Promise<unknown> = Promise.resolve();

  const end = () => stored.at(-1)?.last ?? first;

  function alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function write(): Promise<void> {
    while (isWanted && !isClosed) {
      isWanted = false;
      await writeAll();
      failures = 0;
    }
  }

  async function writeAll(): Promise<void> {
    while (!isClosed) {
      const own = stored;
      if (!isClean) {
        await alone(() => dropSegments(db, stored.length === 0 ? 0 : end()));
        // Unless a rebuild was asked for meanwhile.
        isClean = own === stored;
        continue;
      }
      const from = end();
      const segment =
        from < tail.first ? await readFull(db, from, tail.first, limits) : tail.closedAt(from);
      if (segment === null || own !== stored) {
        return;
      }
      // A prune may have had its turn.
      const span = await alone(async () => (own === stored ? writeSegment(db, segment) : null));
      if (span !== null && own === stored) {
        stored.push(span);
        tail.release(span.last);
      }
    }
  }

  function run(): Promise<void> {
    isWanted = true;
    if (running === null) {
      running = write().finally(() => {
        running = null;
      });
      running.catch(tryAgain);
    }
    return running;
  }

  function tryAgain(error: unknown): void {
    onError(error);
    const wait = RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)];
    timer ??= setTimeout(() => {
      timer = null;
      wake();
    }, wait).unref();
  }

  function wake(): void {
    if (isStarted && !isClosed && timer === null) {
      // Failures are told to `onError`.
      run().catch(() => undefined);
    }
  }

  return {
    get stored() {
      return stored;
    },
    start(begin, spans) {
      first = begin;
      stored = [...spans];
      isStarted = true;
      wake();
    },
    wake,
    alone,
    prune(below) {
      first = below;
      const left = stored.filter((span) => span.first >= below);
      stored = left[0]?.first === below ? left : [];
      isClean = isClean && stored.length > 0;
      wake();
    },
    async rebuild() {
      stored = [];
      isClean = false;
      await run();
    },
    settled: async () => {
      await running?.catch(() => undefined);
    },
    async close() {
      isClosed = true;
      if (timer !== null) {
        clearTimeout(timer);
      }
      await running?.catch(() => undefined);
    },
  };
}
