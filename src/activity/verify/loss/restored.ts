/**
 * Remembers the entries that say a log went on after a loss.
 *
 * @module
 */
import type { EntryVisitor } from "../verify.ts";

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

const RESTORED = "log.restored";

/** A visitor that collects `log.restored`. */
export function restoredEntries(): RestoredEntries {
  const all: Restored[] = [];
  return {
    actions: new Set([RESTORED]),
    all,
    visit(index, entry) {
      const { action, outcome, from, to } = entry;
      if (action === RESTORED && outcome === "ok" && typeof from === "number") {
        all.push({ index, from, to: typeof to === "number" ? to : null });
      }
    },
    finish: async () => [],
    sentence() {
      return restoredSentence(all);
    },
  };
}

/** What the log says of its losses, or null when there were none. */
export function restoredSentence(all: readonly Restored[]): string | null {
  const said = all.map(
    ({ index, from, to }) =>
      `entry ${index} says that entries from ${from} to ${to === null ? "an unknown end" : to - 1} were lost and the log went on`,
  );
  return said.length === 0 ? null : said.join("; ");
}
