/**
 * What the log says of its own pruning: proposals, approvals, and from where on entries are left.
 *
 * Collected from the verified log at start and kept up with what is committed since: no table says
 * who has proposed, so nobody approves an own proposal by editing one.
 *
 * @module
 */
import type { EntryVisitor } from "../verify/verify.ts";

export interface Proposal {
  readonly id: string;
  readonly index: number;
  readonly below: number;
  readonly before: string;
  readonly proposedAt: string;
  readonly proposedBy: string;
  approvedAt: string | null;
  approvedBy: string | null;
  /** How far it was carried out; null = not. */
  pruned: number | null;
}

export interface PruneHistory extends EntryVisitor {
  readonly proposals: Map<string, Proposal>;
  /** Entries below this index are gone; 0 = none. */
  readonly below: number;
  /** Index of the entry that says so. */
  readonly entry: number;
}

export function pruneHistory(): PruneHistory {
  const proposals = new Map<string, Proposal>();
  let below = 0;
  let last = -1;
  return {
    actions: new Set(["log.prune.proposed", "log.prune.approved", "log.pruned"]),
    proposals,
    get below() {
      return below;
    },
    get entry() {
      return last;
    },
    visit(index, entry) {
      const id = String(entry["id"]);
      const known = proposals.get(id);
      switch (entry["outcome"] === "ok" ? entry["action"] : null) {
        case "log.prune.proposed":
          proposals.set(id, {
            id,
            index,
            below: Number(entry["below"]),
            before: String(entry["before"]),
            proposedAt: String(entry["at"]),
            proposedBy: String(entry["actor"]),
            approvedAt: null,
            approvedBy: null,
            pruned: null,
          });
          break;
        case "log.prune.approved":
          if (known !== undefined) {
            known.approvedAt = String(entry["at"]);
            known.approvedBy = String(entry["actor"]);
          }
          break;
        case "log.pruned":
          if (Number(entry["below"]) > below) {
            below = Number(entry["below"]);
            last = index;
          }
          if (known !== undefined) {
            known.pruned = Number(entry["below"]);
          }
          break;
        default:
      }
    },
    finish: async () => [],
  };
}
