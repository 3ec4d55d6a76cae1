/**
 * Which entries of a segment answer a question.
 *
 * @module
 */

import type { Alternative, Plan } from "./question.ts";
import { eachOffset, eachOffsetNaming } from "./segments/postings.ts";
import { eachTime } from "./segments/segment.ts";

/** A segment as it is asked, wherever it lies. */
export interface View {
  readonly first: number;
  readonly count: number;
  /** Null when they were not wanted. */
  readonly times: Uint8Array | null;
  /** Postings of the wanted terms that the segment has. */
  readonly postings: ReadonlyMap<string, Uint8Array>;
  /** Whether all its entries lie within the plan's time. */
  readonly isWithin: boolean;
}

const OUT = 255;

/** Offsets of the entries that meet the plan, ascending. */
export function matchOffsets(view: View, plan: Plan): number[] {
  const { first, count, postings } = view;
  if (plan.filters.some((filter) => !filter.some(({ term }) => postings.has(term)))) {
    return [];
  }
  // How many of the filters, one after the other, an entry has met.
  const met = new Uint8Array(count);
  for (const [i, filter] of plan.filters.entries()) {
    const meet = (offset: number) => {
      if (met[offset] === i) {
        met[offset] = i + 1;
      }
    };
    for (const alternative of filter) {
      eachMatch(view, alternative, meet);
    }
  }
  for (const term of plan.without) {
    eachMatch(view, { term, number: null }, (offset) => {
      met[offset] = OUT;
    });
  }
  if (!view.isWithin && view.times !== null) {
    eachTime(view.times, count, (offset, at) => {
      if (at < plan.from || at >= plan.to) {
        met[offset] = OUT;
      }
    });
  }
  const offsets: number[] = [];
  const end = Math.min(count, plan.last - first);
  for (let offset = Math.max(0, plan.first - first); offset < end; offset++) {
    if (met[offset] === plan.filters.length) {
      offsets.push(offset);
    }
  }
  return offsets;
}

function eachMatch(
  { postings, count }: View,
  { term, number }: Alternative,
  visit: (offset: number) => void,
): void {
  const bytes = postings.get(term);
  if (bytes === undefined) {
    return;
  }
  if (number === null) {
    eachOffset(bytes, count, visit);
  } else {
    eachOffsetNaming(bytes, count, number, visit);
  }
}
