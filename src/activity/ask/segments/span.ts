/**
 * Where the parts of the log can be asked: stored segments, segments in memory, and between them
 * entries that no segment covers now.
 *
 * @module
 */
import type { Segment } from "./segment.ts";

/** A stored segment. */
export interface StoredSpan {
  readonly kind: "stored";
  readonly first: number;
  readonly last: number;
  /** Microseconds of its first and last entry. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Entries `first` to `last` - 1, in a segment in memory that may grow on. */
export interface MemorySpan {
  readonly kind: "memory";
  readonly first: number;
  readonly last: number;
  readonly segment: Segment;
}

/** Entries that have to be read themselves. */
export interface BareSpan {
  readonly kind: "bare";
  readonly first: number;
  readonly last: number;
}

export type Span = StoredSpan | MemorySpan | BareSpan;

/** The log at one moment: spans follow each other from `first` to `size`. */
export interface Snapshot {
  readonly first: number;
  readonly size: number;
  readonly spans: readonly Span[];
  /** False once stored segments of this moment may be gone. */
  readonly isCurrent: () => boolean;
}

/** Stored segments were dropped while they were read: ask again. */
export class StaleError extends Error {
  override readonly name = "StaleError";
}
