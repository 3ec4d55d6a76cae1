/**
 * Holds what became of meters and their keys against the log: a meter that was taken back into
 * use, or a key version that was revived, is noticed.
 *
 * @module
 */

import type { LogProblem } from "../activity/verify/log-problem.ts";
import type { EntryVisitor } from "../activity/verify/verify.ts";
import type { Knex } from "../db/open.ts";
import { describeLife, livesInTables, loggedLives } from "./logged-lives.ts";

export function lifeAudit(db: Knex): EntryVisitor {
  const { lives, visit } = loggedLives();
  return {
    actions: new Set(["meter.retired", "key.rotated", "key.activated", "lives.restated"]),
    visit,
    async finish() {
      const problems: LogProblem[] = [];
      const found = await livesInTables(db);
      for (const meter of new Set([...lives.keys(), ...found.keys()])) {
        const logged = describeLife(lives.get(meter));
        if (logged !== describeLife(found.get(meter))) {
          const detail = `meter ${meter}: its state or its keys' states are not what was logged`;
          const index = lives.get(meter)?.index ?? 0;
          problems.push({ index, code: "METER_CHANGED", detail });
        }
      }
      return problems;
    },
  };
}
