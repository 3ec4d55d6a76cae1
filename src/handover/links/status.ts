/**
 * Links at a glance, for who runs the service: what waits, and what somebody should look at.
 *
 * @module
 */
import type { Knex } from "../../db/open.ts";

export interface LinkStatus {
  /** Not collected and confirmed yet. */
  readonly waiting: number;
  /** Somebody else came after they were collected. */
  readonly conflicts: number;
  readonly locked: number;
  readonly lapsed: number;
  readonly uncertain: number;
}

/** Counts links by what became of them. */
export async function linkStatus(db: Knex): Promise<LinkStatus> {
  const rows: { state: string; n: number | string }[] = await db("links")
    .groupBy("state")
    .select("state")
    .count({ n: "*" });
  const counts = new Map(rows.map(({ state, n }) => [state, Number(n)]));
  const of = (...states: readonly string[]) =>
    states.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0);
  const [conflicts] = await db("links").where("conflicts", ">", 0).count({ n: "*" });
  return {
    waiting: of("draft", "open", "claimed"),
    conflicts: Number(conflicts?.["n"] ?? 0),
    locked: of("locked"),
    lapsed: of("lapsed"),
    uncertain: of("uncertain"),
  };
}
