/**
 * Pruning by policy: one proposes, another approves, and both are entries before anything goes.
 *
 * @module
 */
import { formatId, newUid } from "../../base/ids.ts";
import { Problem } from "../../base/problem.ts";
import type { Knex } from "../../db/open.ts";
import type { Activity } from "../activity.ts";
import type { LogIndex } from "../ask/log-index.ts";
import { pruneSegments } from "../ask/segments/store.ts";
import type { Actor, EntryDraft, Json } from "../entries/entry.ts";
import { formatMicroseconds } from "../entries/entry-text.ts";
import { boundaryBelow, firstSince, timeOf } from "./boundary.ts";
import { emptyBodies, recordPruned } from "./empty.ts";
import type { Proposal, PruneHistory } from "./history.ts";
import { type Restater, restate } from "./restate.ts";

export interface PruneDeps {
  readonly db: Knex;
  readonly activity: Pick<Activity, "commit" | "checkpoint">;
  readonly index: Pick<LogIndex, "alone">;
  readonly clock: () => Date;
  readonly history: PruneHistory;
  /** Nothing younger goes; undefined = nothing ever goes. */
  readonly retentionDays: number | undefined;
  /** Fresh ones: each has seen nothing yet. */
  readonly restaters: () => readonly Restater[];
  /** Told when bodies could not be emptied; the next start goes on. */
  readonly onError: (error: unknown) => void;
}

export interface Proposed {
  readonly id: string;
  readonly below: number;
  /** How many entries would go, and when the last of them was written. */
  readonly entries: number;
  readonly until: string;
  readonly expiresAt: string;
}

export interface Pruned {
  readonly id: string;
  readonly below: number;
  readonly entries: number;
  /** Entries that vouch again for what the pruned ones vouched for. */
  readonly restated: number;
}

export interface Prunes {
  propose(by: Actor, before: Date | null): Promise<Proposed>;
  approve(by: Actor, id: string): Promise<Pruned>;
  list(): readonly Proposal[];
  readonly below: number;
  /** Goes on with what a crash has interrupted, without being waited for. */
  resume(): void;
  close(): Promise<void>;
}

type Fields = { readonly [name: string]: Json };

export const APPROVAL_MS = 86_400_000;
const DAY_MS = 86_400_000;

export function createPrunes(deps: PruneDeps): Prunes {
  const { db, activity, history } = deps;
  let isClosed = false;
  let isRunning = false;
  let emptying: Promise<void> = Promise.resolve();

  /** @throws {@link Problem} 409 `LOG_RETENTION_NONE` */
  function youngest(): Date {
    if (deps.retentionDays === undefined) {
      const detail = "logRetentionDays is not set: entries are kept for ever";
      throw new Problem(409, "LOG_RETENTION_NONE", detail);
    }
    return new Date(deps.clock().getTime() - deps.retentionDays * DAY_MS);
  }

  /** Commits an entry, then the history knows of it. */
  async function append(
    by: Actor,
    action: string,
    fieldsOf: (trx: Knex.Transaction) => Promise<Fields>,
  ): Promise<Fields> {
    const { first, result: fields } = await activity.commit(async (trx) => {
      const result = await fieldsOf(trx);
      const draft: EntryDraft = { ...by, action, outcome: "ok", fields: result };
      return { entries: [draft], result };
    });
    const at = formatMicroseconds(deps.clock().getTime() * 1000);
    const { actor } = by;
    history.visit(first, { ...fields, at, actor, action, outcome: "ok" });
    return fields;
  }

  function empty(): void {
    const { below } = history;
    emptying = emptying
      .then(async () => {
        await emptyBodies(db, below, () => isClosed);
      })
      .catch(deps.onError);
  }

  /** @throws {@link Problem} 403, 404, 409 */
  function demandApprovable(by: Actor, id: string): Proposal {
    const proposal = history.proposals.get(id);
    if (proposal === undefined) {
      throw new Problem(404, "PRUNE_UNKNOWN", "there is no such proposal");
    }
    if (proposal.pruned !== null || proposal.below <= history.below) {
      throw new Problem(409, "PRUNE_DONE", "this proposal, or a larger one, was carried out");
    }
    if (proposal.proposedBy === by.actor) {
      const detail = "who proposes does not approve it: use another token";
      throw new Problem(403, "SAME_ACTOR", detail);
    }
    if (deps.clock().getTime() - Date.parse(proposal.proposedAt) > APPROVAL_MS) {
      throw new Problem(409, "PRUNE_EXPIRED", "the proposal is older than a day: propose anew");
    }
    return proposal;
  }

  async function carryOut(by: Actor, { id, below, before }: Proposal): Promise<Pruned> {
    const last = await timeOf(db, below - 1);
    if (last >= text(youngest())) {
      throw new Problem(409, "LOG_RETENTION", "the policy has changed: propose anew");
    }
    await append(by, "log.prune.approved", async () => ({ id, below }));
    const restated = await restate(deps, deps.restaters(), below, by);
    const from = history.below;
    const prune = async (trx: Knex.Transaction) => {
      // Segments may have been joined since.
      const end = await boundaryBelow(trx, below);
      if (end <= from) {
        throw nothing();
      }
      await pruneSegments(trx, end);
      return { id, below: end, before };
    };
    // A segment that is being written is seen by no other transaction.
    await deps.index.alone(() => append(by, "log.pruned", prune));
    await recordPruned(db, history.below, history.entry);
    empty();
    return { id, below: history.below, entries: history.below - from, restated };
  }

  return {
    async propose(by, before) {
      const limit = youngest();
      const time = before ?? limit;
      if (time > limit) {
        const detail = `nothing younger than ${deps.retentionDays} days is pruned (logRetentionDays)`;
        throw new Problem(409, "LOG_RETENTION", detail, "/before");
      }
      const { size } = await activity.checkpoint();
      const found = await firstSince(db, text(time), history.below, size);
      const below = await boundaryBelow(db, found);
      if (below <= history.below) {
        throw nothing();
      }
      const id = formatId("prn", newUid());
      const fields = { id, below, before: time.toISOString() };
      await append(by, "log.prune.proposed", async () => fields);
      return {
        id,
        below,
        entries: below - history.below,
        until: await timeOf(db, below - 1),
        expiresAt: new Date(deps.clock().getTime() + APPROVAL_MS).toISOString(),
      };
    },
    async approve(by, id) {
      const proposal = demandApprovable(by, id);
      if (isRunning) {
        throw new Problem(409, "PRUNE_RUNNING", "another prune is being carried out");
      }
      isRunning = true;
      try {
        return await carryOut(by, proposal);
      } finally {
        isRunning = false;
      }
    },
    list: () => [...history.proposals.values()].sort((a, b) => b.index - a.index),
    get below() {
      return history.below;
    },
    resume() {
      if (history.below > 0) {
        empty();
      }
    },
    async close() {
      isClosed = true;
      await emptying;
    },
  };
}

/** As entries have it, to compare as text. */
function text(time: Date): string {
  return formatMicroseconds(time.getTime() * 1000);
}

function nothing(): Problem {
  const detail = "no whole bundle of entries is old enough: nothing would go";
  return new Problem(409, "LOG_PRUNE_EMPTY", detail);
}
