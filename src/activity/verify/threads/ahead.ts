/**
 * What threads read ahead of a walk over the database: runs of whole tiles, cut where the index is.
 *
 * @module
 */
import type { DatabaseLocation, Knex } from "../../../db/open.ts";
import { TILE_WIDTH } from "../../tree/tiles.ts";
import { type SegmentRange, storedSegments } from "../derived/derived-index.ts";
import type { EntryVisitor } from "../entry/entry-checks.ts";
import { type Crew, crewFor } from "./crew.ts";
import type { SoundStoredRun, StoredRun } from "./stored-thread.ts";

export interface Ahead {
  /** One behind the other from 0. */
  readonly runs: readonly StoredRun[];
  readonly crew: Crew<StoredRun, SoundStoredRun>;
}

export interface AheadOptions {
  readonly location: DatabaseLocation;
  readonly visitors: readonly EntryVisitor[];
  /** Whether the index is to be checked on the way. */
  readonly withIndex?: boolean;
  readonly open?: typeof crewFor<StoredRun, SoundStoredRun>;
}

const RUN = 16 * TILE_WIDTH;
/** A segment that is longer is none of ours, and not for one thread to hold. */
const MOST = 16 * RUN;

/** Null for a log that is too short; the caller closes the crew. */
export async function openAhead(db: Knex, options: AheadOptions): Promise<Ahead | null> {
  const { location, visitors, withIndex = false, open = crewFor } = options;
  const [row] = await db("log_head").where({ id: 1 }).select("size");
  const size = Number(row?.size ?? 0);
  const until = Math.min(size, ...visitors.map((one) => seenAlone(one)));
  const hasIndex = withIndex && (await db.schema.hasTable("log_segments"));
  const runs = planRuns(hasIndex ? await storedSegments(db) : [], until);
  const wanted = {
    actions: new Set(visitors.flatMap(({ actions = [] }) => [...actions])),
    counted: [...new Set(visitors.flatMap(({ sums }) => sums?.fields ?? []))],
  };
  const crew = runs.length === 0 ? null : open(size, { location, wanted });
  return crew === null ? null : { runs, crew };
}

/** Who wants to see every entry sees them from here on one by one. */
function seenAlone({ actions, sums }: EntryVisitor): number {
  return actions === undefined ? (sums?.until ?? 0) : Number.POSITIVE_INFINITY;
}

export function planRuns(segments: readonly SegmentRange[], until: number): readonly StoredRun[] {
  const runs: StoredRun[] = [];
  const whole = until - (until % TILE_WIDTH);
  const indexed = segments.filter(({ first, last }) => isRange(first, last));
  let at = 0;
  for (const { first, last } of indexed) {
    if (first < at || last > whole) {
      continue;
    }
    for (; at < first; at = Math.min(first, at + RUN)) {
      runs.push({ first: at, last: Math.min(first, at + RUN), isSegment: false });
    }
    runs.push({ first, last, isSegment: true });
    at = last;
  }
  for (; at < whole; at = Math.min(whole, at + RUN)) {
    runs.push({ first: at, last: Math.min(whole, at + RUN), isSegment: false });
  }
  return runs;
}

function isRange(first: number, last: number): boolean {
  const isWhole = [first, last].every((n) => Number.isSafeInteger(n) && n % TILE_WIDTH === 0);
  return isWhole && first >= 0 && last > first && last - first <= MOST;
}
