/**
 * The end of the log in memory: the segment that grows, and closed ones that wait to be written.
 *
 * It is current with every committed entry. When more wait than are kept, the oldest is let go:
 * its entries are then read from the log itself until the index has caught up.
 *
 * @module
 */
import {
  addEntry,
  createSegment,
  isFull,
  type Segment,
  type SegmentLimits,
  STEP,
} from "./segment.ts";
import type { MemorySpan } from "./span.ts";
import type { Fields } from "./terms.ts";

export interface Tail {
  /** Entries up to here are committed and known. */
  readonly size: number;
  /** Where the segments in memory begin; the size when there is none. */
  readonly first: number;
  /** The next entry. `isKept` false: only that it exists. */
  add(index: number, at: number, entry: Fields, isKept?: boolean): void;
  /** The closed segment that begins at `first`, if it is still here. */
  closedAt(first: number): Segment | null;
  /** Lets go of closed segments that end at or below `end`: they are stored. */
  release(end: number): void;
  spans(): MemorySpan[];
}

/** Bytes that closed segments may take while they wait, about. */
const MOST_WAITING = 64 * 1024 * 1024;
/** What a term takes beside its postings. */
const TERM_BYTES = 256;

/** @param closed is told that a segment waits to be written. */
export function createTail(limits: SegmentLimits, closed: () => void): Tail {
  let waiting: Segment[] = [];
  let open: Segment | null = null;
  let size = 0;

  function segments(): Segment[] {
    return open === null ? waiting : [...waiting, open];
  }

  return {
    get size() {
      return size;
    },
    get first() {
      return segments()[0]?.first ?? size;
    },
    add(index, at, entry, isKept = true) {
      if (index !== size || !isKept) {
        // Something is left out: what is here no longer reaches up to what comes.
        waiting = [];
        open = null;
      }
      size = index + 1;
      if (open === null && isKept && index % STEP === 0) {
        open = createSegment(index);
      }
      if (open === null) {
        return;
      }
      addEntry(open, at, entry);
      if (isFull(open, limits)) {
        waiting = newest([...waiting, open]);
        open = createSegment(size);
        closed();
      }
    },
    closedAt: (first) => waiting.find((segment) => segment.first === first) ?? null,
    release(end) {
      waiting = waiting.filter(({ first, count }) => first + count > end);
    },
    spans: () =>
      segments()
        .filter(({ count }) => count > 0)
        .map((segment) => ({
          kind: "memory",
          first: segment.first,
          last: segment.first + segment.count,
          segment,
        })),
  };
}

/** As many of the last segments as may wait. */
function newest(segments: readonly Segment[]): Segment[] {
  let left = MOST_WAITING;
  const kept: Segment[] = [];
  for (const segment of segments.toReversed()) {
    left -= segment.terms.size * TERM_BYTES + segment.items * 2;
    if (left < 0 && kept.length > 0) {
      break;
    }
    kept.unshift(segment);
  }
  return kept;
}
