/**
 * Before entries go, what they vouch for is vouched for again: tables are audited against the log
 * at every verification, and a row whose entry is gone would be in no entry.
 *
 * Each step is a commit of its own, so that others are not kept waiting. The rows are held against
 * their entries in the same transaction that writes the new ones.
 *
 * @module
 */
import { setImmediate } from "node:timers/promises";
import { Problem } from "../../base/problem.ts";
import type { Knex } from "../../db/open.ts";
import type { Activity } from "../activity.ts";
import type { Actor, Json } from "../entries/entry.ts";

export interface Restated {
  readonly action: string;
  readonly fields: { readonly [name: string]: Json };
}

/**
 * Answers the entries that vouch for some rows as they are.
 *
 * @throws {@link PruneAuditError}
 */
export type RestateStep = (trx: Knex) => Promise<readonly Restated[]>;

/** One kind of rows that the log vouches for. */
export interface Restater {
  /** Sees every entry, in order. */
  visit(index: number, entry: { readonly [name: string]: Json }): void;
  /** What rests on entries below an index. */
  steps(below: number): readonly RestateStep[];
}

/** A row is not what was logged: pruning would hide it. */
export class PruneAuditError extends Problem {
  constructor(detail: string) {
    super(409, "LOG_PRUNE_AUDIT", `${detail}: nothing was pruned, run log verify`);
  }
}

const PAGE = 1000;
/** In a shared commit the entry of a change may come after what it changed: then once more. */
const ATTEMPTS = 5;

/** Appends entries for everything that rests on entries below `below`; answers how many. */
export async function restate(
  { db, activity }: { readonly db: Knex; readonly activity: Pick<Activity, "commit"> },
  restaters: readonly Restater[],
  below: number,
  by: Actor,
): Promise<number> {
  let seen = 0;
  async function catchUp(from: Knex): Promise<void> {
    for (;;) {
      const rows: { idx: number; body: string }[] = await from("log_entries")
        .where("idx", ">=", seen)
        .orderBy("idx")
        .limit(PAGE)
        .select("idx", "body");
      for (const { idx, body } of rows) {
        if (body !== "") {
          const entry = JSON.parse(body);
          for (const restater of restaters) {
            restater.visit(idx, entry);
          }
        }
        seen = idx + 1;
      }
      if (rows.length < PAGE) {
        return;
      }
      await setImmediate();
    }
  }

  async function attempt(step: RestateStep): Promise<number> {
    const { result } = await activity.commit(async (trx) => {
      await catchUp(trx);
      const drafts = await step(trx);
      const entries = drafts.map((draft) => ({ ...by, ...draft, outcome: "ok" as const }));
      return { entries, result: entries.length };
    });
    return result;
  }

  async function persist(step: RestateStep): Promise<number> {
    for (let left = ATTEMPTS; ; left--) {
      try {
        return await attempt(step);
      } catch (error) {
        if (!(error instanceof PruneAuditError) || left === 1) {
          throw error;
        }
        await setImmediate();
      }
    }
  }

  await catchUp(db);
  let count = 0;
  for (const step of restaters.flatMap((restater) => restater.steps(below))) {
    count += await persist(step);
  }
  return count;
}
