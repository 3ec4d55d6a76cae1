/**
 * Holds the meter table against the log: an address or number that was moved, a profile or
 * permission that was changed, a key that was taken away is noticed.
 *
 * @module
 */
import type { LogProblem } from "../activity/verify/log-problem.ts";
import type { EntryVisitor } from "../activity/verify/verify.ts";
import type { Knex } from "../db/open.ts";
import { agrees, committed, customerNumbers, loggedMeters } from "./logged-meters.ts";

export function meterAudit(db: Knex): EntryVisitor {
  const { batches, visit } = loggedMeters();
  return {
    actions: new Set(["meter.enrolled", "meters.enrolled", "meters.restated"]),
    visit,
    async finish() {
      const problems: LogProblem[] = [];
      const nums = await customerNumbers(db);
      let logged = 0;
      for (const batch of batches()) {
        logged += batch.to - batch.from + 1;
        const num = nums.get(batch.customer);
        const meters = num === undefined ? [] : await committed(db, num, batch.from, batch.to);
        if (!agrees(batch, meters)) {
          const which = batch.isSingle ? `number ${batch.from}` : `${batch.from} to ${batch.to}`;
          const detail = `meters of ${batch.customer}, ${which}: the rows are not what was logged`;
          problems.push({ index: batch.index, code: "METER_CHANGED", detail });
        }
      }
      const [rows] = await db("meters").count({ n: "*" });
      const [addresses] = await db("addresses").count({ n: "*" });
      for (const [what, count] of [
        ["meters", rows?.["n"]],
        ["addresses", addresses?.["n"]],
      ]) {
        if (Number(count) !== logged && problems.length === 0) {
          const detail = `${what}: ${Number(count)} rows, ${logged} were logged`;
          problems.push({ index: 0, code: "METER_CHANGED", detail });
        }
      }
      return problems;
    },
  };
}
