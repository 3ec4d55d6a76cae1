/**
 * What was pruned: which entries are not there, and which of them the log says are gone.
 *
 * @module
 */
import { TILE_WIDTH } from "../tree/tiles.ts";
import type { ParsedEntry } from "./entry/entry-reader.ts";
import type { Report } from "./log-problem.ts";

/** The action of the entry that says what was pruned. */
export const PRUNED = "log.pruned";

export interface Pruning {
  /** The first index that no `log.pruned` covers. */
  readonly below: number;
  /** Sees an entry `log.pruned`. */
  see(entry: ParsedEntry): void;
  /** These entries are not there. */
  miss(from: number, to: number): void;
  /** Names the first that is not there and should be. */
  finish(report: Report): void;
}

export function createPruning(): Pruning {
  // Half-open ranges, ascending; what touches is one.
  const missing: { readonly from: number; to: number }[] = [];
  let below = 0;
  return {
    get below() {
      return below;
    },
    see(entry) {
      const value = entry["below"];
      const isBound = typeof value === "number" && value % TILE_WIDTH === 0;
      if (entry["action"] === PRUNED && entry["outcome"] === "ok" && isBound) {
        below = Math.max(below, value);
      }
    },
    miss(from, to) {
      const last = missing.at(-1);
      if (last?.to === from) {
        last.to = to;
      } else {
        missing.push({ from, to });
      }
    },
    finish(report) {
      const first = missing.find(({ to }) => to > below);
      if (first !== undefined) {
        const index = Math.max(first.from, below);
        report(index, "ENTRY_MISSING", "the entry is not there, and no log.pruned says so");
      }
    },
  };
}
