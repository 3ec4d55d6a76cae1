/**
 * What is looked at entry by entry, whatever the log is read from.
 *
 * @module
 */

import type { LogProblem, Report } from "../log-problem.ts";
import { PRUNED, type Pruning } from "../pruned.ts";
import type { SoundRun } from "../threads/run-reader.ts";
import type { EntryReader, ParsedEntry } from "./entry-reader.ts";

/** Sees entries in order, and may have problems of its own to report at the end. */
export interface EntryVisitor {
  /** The actions of the entries that it wants to see; absent = all. */
  readonly actions?: ReadonlySet<string>;
  visit(index: number, entry: ParsedEntry): void;
  /** Of one without `actions`: runs of entries below `until` may be shown summed up. */
  readonly sums?: {
    readonly until: number;
    /** What is counted: how many entries of a run have the same values in these. */
    readonly fields: readonly string[];
    add(run: SoundRun): void;
  };
  finish(): Promise<readonly LogProblem[]>;
}

/** Looks at each entry by itself and in time; shows it to who wants to see it. */
export interface EntryChecks {
  /** Takes the entry that `reader` holds. */
  check(index: number, reader: EntryReader): void;
  /** Takes a run that is sound by itself; false when it is not in order of time here. */
  pass(run: SoundRun): boolean;
  readonly lastAt: number;
}

export function createEntryChecks(
  visitors: readonly EntryVisitor[],
  pruning: Pruning,
  report: Report,
): EntryChecks {
  const all = visitors.filter(({ actions }) => actions === undefined);
  const byAction = new Map<string, EntryVisitor[]>();
  for (const visitor of visitors) {
    for (const action of visitor.actions ?? []) {
      byAction.set(action, [...(byAction.get(action) ?? []), visitor]);
    }
  }
  let lastAt = 0;
  return {
    get lastAt() {
      return lastAt;
    },
    check(index, reader) {
      if (!reader.isCanonical()) {
        report(index, "ENTRY_MALFORMED", "not canonical JSON of an entry (RFC 8785)");
        return;
      }
      const at = reader.at();
      if (!(at > lastAt)) {
        report(index, "ENTRY_ORDER", "the time is not after that of the entry before");
      }
      lastAt = Number.isNaN(at) ? lastAt : Math.max(lastAt, at);
      const action = reader.action();
      if (action === PRUNED) {
        pruning.see(reader.parse());
      }
      for (const visitor of byAction.get(action) ?? NOBODY) {
        visitor.visit(index, reader.parse());
      }
      for (const visitor of all) {
        visitor.visit(index, reader.parse());
      }
    },
    pass(run) {
      if (!(run.firstAt > lastAt) || all.some(({ sums }) => run.last > (sums?.until ?? 0))) {
        return false;
      }
      lastAt = run.lastAt;
      for (const [index, entry] of run.shown) {
        for (const visitor of byAction.get(String(entry["action"])) ?? NOBODY) {
          visitor.visit(index, entry);
        }
      }
      for (const { sums } of all) {
        sums?.add(run);
      }
      return true;
    },
  };
}

const NOBODY: readonly EntryVisitor[] = [];
