/**
 * Remembers the entries that say a log went on after a loss.
 *
 * @module
 */
import type { EntryVisitor } from "./verify.ts";

export interface Restored {
  readonly index: number;
  readonly from: number;
  readonly to: number | null;
}

export interface RestoredEntries extends EntryVisitor {
  readonly all: readonly Restored[];
  /** The sentence that belongs under a report with problems, or null. */
  sentence(): string | null;
}

/** A visitor that collects `log.restored`. */
export function restoredEntries(): RestoredEntries {
  const all: Restored[] = [];
  return {
    all,
    visit(index, entry) {
      const { action, from, to } = entry;
      if (action === "log.restored" && typeof from === "number") {
        all.push({ index, from, to: typeof to === "number" ? to : null });
      }
    },
    finish: async () => [],
    sentence() {
      const said = all.map(
        ({ index, from, to }) =>
          `entry ${index} says that entries from ${from} to ${to === null ? "an unknown end" : to - 1} were lost and the log went on`,
      );
      return said.length === 0 ? null : said.join("; ");
    },
  };
}
