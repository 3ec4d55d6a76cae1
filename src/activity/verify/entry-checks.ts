/**
 * What is looked at entry by entry, whatever the log is read from.
 *
 * @module
 */
import type { EntryReader, ParsedEntry } from "./entry-reader.ts";
import type { LogProblem, Report } from "./log-problem.ts";
import { PRUNED, type Pruning } from "./pruned.ts";

/** Sees entries in order, and may have problems of its own to report at the end. */
export interface EntryVisitor {
  /** The actions of the entries that it wants to see; absent = all. */
  readonly actions?: ReadonlySet<string>;
  visit(index: number, entry: ParsedEntry): void;
  finish(): Promise<readonly LogProblem[]>;
}

/** Looks at each entry by itself and in time; shows it to who wants to see it. */
export interface EntryChecks {
  /** Takes the entry that `reader` holds. */
  check(index: number, reader: EntryReader): void;
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
  };
}

const NOBODY: readonly EntryVisitor[] = [];
