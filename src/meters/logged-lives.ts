/**
 * What became of meters and their keys since enrolment, by the log and by the tables.
 *
 * @module
 */
import type { Json } from "../activity/entries/entry.ts";
import { formatId } from "../base/ids.ts";
import type { Knex } from "../db/open.ts";

export interface Life {
  /** The first and the last entry that this rests on. */
  readonly first: number;
  index: number;
  isRetired: boolean;
  /** Versions that are not as enrolment left them: version 1, active. */
  readonly states: Map<number, string>;
}

export interface LoggedLives {
  readonly lives: Map<string, Life>;
  visit(index: number, entry: { readonly [name: string]: Json }): void;
}

export function loggedLives(): LoggedLives {
  const lives = new Map<string, Life>();
  const lifeOf = (meter: string, index: number): Life => {
    const life = lives.get(meter) ?? newLife(index);
    life.index = index;
    lives.set(meter, life);
    return life;
  };
  return {
    lives,
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
        case "lives.restated":
          for (const [id, isRetired, states] of (entry["lives"] ?? []) as RestatedLife[]) {
            lives.set(id, { first: index, index, isRetired, states: new Map(states) });
          }
          break;
        default:
      }
    },
  };
}

/** Meter, whether it is retired, states of key versions. */
export type RestatedLife = [id: string, isRetired: boolean, states: [number, string][]];

/** The same life in the form of an entry. */
export function restatedLife(meter: string, { isRetired, states }: Life): RestatedLife {
  return [meter, isRetired, [...states].sort(([a], [b]) => a - b)];
}

/** Everything in the tables that differs from a fresh enrolment; of some meters, or of all. */
export async function livesInTables(
  db: Knex,
  uids: readonly Uint8Array[] | null = null,
): Promise<Map<string, Life>> {
  const lives = new Map<string, Life>();
  const lifeOf = (uid: Uint8Array): Life => {
    const id = formatId("mtr", uid);
    const life = lives.get(id) ?? newLife(0);
    lives.set(id, life);
    return life;
  };
  const retired = db("meters").where({ status: "retired" }).select("uid");
  for (const { uid } of await (uids === null ? retired : retired.whereIn("uid", uids))) {
    lifeOf(uid).isRetired = true;
  }
  const changed = db("meter_keys")
    .join("meters", "meters.id", "meter_keys.meter")
    .where((q) => q.where("version", ">", 1).orWhere("state", "<>", "active"))
    .select("uid", "version", "state");
  for (const row of await (uids === null ? changed : changed.whereIn("uid", uids))) {
    lifeOf(row.uid).states.set(row.version, row.state);
  }
  return lives;
}

/** A life as text, to compare two. */
export function describeLife(life: Life | undefined): string {
  if (life === undefined) {
    return "";
  }
  const states = [...life.states].sort(([a], [b]) => a - b);
  return JSON.stringify([life.isRetired, states]);
}

function newLife(index: number): Life {
  return { first: index, index, isRetired: false, states: new Map() };
}
