/**
 * Walks the segments of a snapshot that a question can be about, in either order, a few at a time.
 *
 * @module
 */
import type { Knex } from "../../../db/open.ts";
import type { View } from "../match.ts";
import type { Plan } from "../question.ts";
import { readBare } from "./bare.ts";
import { packedBytes } from "./leb128.ts";
import type { Segment } from "./segment.ts";
import { type Snapshot, type Span, StaleError, type StoredSpan } from "./span.ts";
import { readPostings, readTimes } from "./store.ts";

export interface Walk {
  readonly plan: Plan;
  /** Terms whose postings the views must have. */
  readonly terms: readonly string[];
  /** Also those of every term that begins so. */
  readonly prefix?: string;
  readonly wantsTimes: boolean;
  readonly isNewestFirst: boolean;
}

/** Stored segments read at once: few at first, because a page is often full soon. */
const FIRST_BATCH = 4;
const LARGEST_BATCH = 512;
/** What a batch should hold at most, in bytes of postings. */
const BATCH_BYTES = 4 * 1024 * 1024;
/** Entries that are read themselves, at once. */
const BARE = 512;

/** @throws {@link StaleError} when segments were dropped on the way. */
export async function* eachView(db: Knex, snapshot: Snapshot, walk: Walk): AsyncGenerator<View> {
  let spans = snapshot.spans.flatMap(inBlocks).filter((span) => canMatch(span, walk.plan));
  spans = walk.isNewestFirst ? spans.reverse() : spans;
  let batch = FIRST_BATCH;
  for (let at = 0; at < spans.length; ) {
    const span = spans[at]!;
    if (span.kind === "stored") {
      const stored = storedFrom(spans, at, batch);
      const { views, bytes } = await readViews(db, stored, walk);
      checkCurrent(snapshot);
      yield* views;
      at += stored.length;
      const isLarge = bytes * 2 > BATCH_BYTES;
      batch = isLarge ? Math.max(1, Math.floor(batch / 2)) : Math.min(LARGEST_BATCH, batch * 2);
    } else {
      const segment =
        span.kind === "memory" ? span.segment : await readBare(db, span.first, span.last);
      checkCurrent(snapshot);
      yield viewOf(segment, span.last - span.first, walk);
      at++;
    }
  }
}

function checkCurrent(snapshot: Snapshot): void {
  if (!snapshot.isCurrent()) {
    throw new StaleError("log index: dropped while it was read");
  }
}

function inBlocks(span: Span): Span[] {
  if (span.kind !== "bare") {
    return [span];
  }
  const blocks: Span[] = [];
  for (let first = span.first; first < span.last; first += BARE) {
    blocks.push({ kind: "bare", first, last: Math.min(span.last, first + BARE) });
  }
  return blocks;
}

function canMatch(span: Span, { first, last, from, to }: Plan): boolean {
  const isInRange = span.last > first && span.first < last;
  return isInRange && (span.kind !== "stored" || (span.lastAt >= from && span.firstAt < to));
}

function storedFrom(spans: readonly Span[], at: number, most: number): StoredSpan[] {
  const stored: StoredSpan[] = [];
  for (const span of spans.slice(at, at + most)) {
    if (span.kind !== "stored") {
      break;
    }
    stored.push(span);
  }
  return stored;
}

async function readViews(db: Knex, spans: readonly StoredSpan[], walk: Walk) {
  const { from, to } = walk.plan;
  const isWithin = (span: StoredSpan) => span.firstAt >= from && span.lastAt < to;
  const firsts = spans.map((span) => span.first);
  const [low, high] = [Math.min(...firsts), Math.max(...firsts)];
  const needsTimes = walk.wantsTimes || !spans.every(isWithin);
  const postings = await readPostings(db, walk, low, high);
  const times = needsTimes ? await readTimes(db, low, high) : null;
  let bytes = 0;
  const views = spans.map((span): View => {
    const own = postings.get(span.first) ?? new Map<string, Uint8Array>();
    for (const part of own.values()) {
      bytes += part.length;
    }
    return {
      first: span.first,
      count: span.last - span.first,
      times: times?.get(span.first) ?? null,
      postings: own,
      isWithin: isWithin(span),
    };
  });
  return { views, bytes };
}

function viewOf(segment: Segment, count: number, { terms, prefix, plan }: Walk): View {
  const postings = new Map<string, Uint8Array>();
  const others = prefix === undefined ? [] : segment.terms.keys();
  for (const term of [...terms, ...[...others].filter((one) => one.startsWith(prefix ?? ""))]) {
    const own = segment.terms.get(term);
    if (own !== undefined) {
      postings.set(term, packedBytes(own));
    }
  }
  const times = packedBytes(segment.times);
  const isWithin = segment.firstAt >= plan.from && segment.lastAt < plan.to;
  return { first: segment.first, count, times, postings, isWithin };
}
