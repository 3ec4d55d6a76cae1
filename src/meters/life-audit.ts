/**
 * Holds what became of meters and their keys against the log: a meter that was taken back into
 * use, or a key version that was revived, is noticed.
 *
 * @module
 */

import type { LogProblem } from "../activity/verify/log-problem.ts";
import type { EntryVisitor } from "../activity/verify/verify.ts";
import { formatId } from "../base/ids.ts";
import type { Knex } from "../db/open.ts";

interface Life {
  index: number;
  isRetired: boolean;
  /** Versions that are not as enrolment left them: version 1, active. */
  readonly states: Map<number, string>;
}

export function lifeAudit(db: Knex): EntryVisitor {
  const lives = new Map<string, Life>();
  const lifeOf = (meter: string, index: number): Life => {
    const life = lives.get(meter) ?? { index, isRetired: false, states: new Map() };
    life.index = index;
    lives.set(meter, life);
    return life;
  };
  return {
    actions: new Set(["meter.retired", "key.rotated", "key.activated"]),
    visit(index, entry) {
      const meter = String(entry["meter"]);
      const version = Number(entry["keyVersion"]);
      switch (entry["action"]) {
        case "meter.retired":
          lifeOf(meter, index).isRetired = entry["outcome"] === "ok";
          break;
        case "key.rotated":
          lifeOf(meter, index).states.set(version, "new");
          break;
        case "key.activated": {
          const { states } = lifeOf(meter, index);
          states.set(version, "active");
          for (const older of (entry["superseded"] ?? []) as number[]) {
            states.set(older, "superseded");
          }
          break;
        }
        default:
      }
    },
    async finish(pruned) {
      const problems: LogProblem[] = [];
      const found = await livesInTables(db);
      for (const meter of new Set([...lives.keys(), ...found.keys()])) {
        const [logged, stored] = [lives.get(meter), found.get(meter)];
        const isSame =
          pruned === 0 ? describe(logged) === describe(stored) : isWithin(logged, stored);
        if (!isSame) {
          const detail = `meter ${meter}: its state or its keys' states are not what was logged`;
          const index = logged?.index ?? 0;
          problems.push({ index, code: "METER_CHANGED", detail });
        }
      }
      return problems;
    },
  };
}

/** Everything that differs from a fresh enrolment. */
async function livesInTables(db: Knex): Promise<Map<string, Life>> {
  const lives = new Map<string, Life>();
  const lifeOf = (uid: Uint8Array): Life => {
    const id = formatId("mtr", uid);
    const life = lives.get(id) ?? { index: 0, isRetired: false, states: new Map() };
    lives.set(id, life);
    return life;
  };
  for (const { uid } of await db("meters").where({ status: "retired" }).select("uid")) {
    lifeOf(uid).isRetired = true;
  }
  const rows = await db("meter_keys")
    .join("meters", "meters.id", "meter_keys.meter")
    .where("version", ">", 1)
    .orWhere("state", "<>", "active")
    .select("uid", "version", "state");
  for (const { uid, version, state } of rows) {
    lifeOf(uid).states.set(version, state);
  }
  return lives;
}

/** Of a log that was pruned: what is still logged is so, and more may have been. */
function isWithin(logged: Life | undefined, stored: Life | undefined): boolean {
  const isKnown = ([version, state]: [number, string]) => stored?.states.get(version) === state;
  // A key of version 1 that is active is as enrolment left it, and not among the stored states.
  const states = [...(logged?.states ?? [])].filter(([v, s]) => !(v === 1 && s === "active"));
  const isRetired = logged?.isRetired ?? false;
  return states.every(isKnown) && (!isRetired || stored?.isRetired === true);
}

function describe(life: Life | undefined): string {
  if (life === undefined) {
    return "";
  }
  const states = [...life.states].sort(([a], [b]) => a - b);
  return JSON.stringify([life.isRetired, states]);
}
