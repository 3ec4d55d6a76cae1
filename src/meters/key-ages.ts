/**
 * How old the keys in use are.
 *
 * The first version is as old as the meter; a later one as old as the entry `key.rotated` that
 * made it, which the caller brings.
 *
 * @module
 */
import { formatId, parseId } from "../base/ids.ts";
import { asBuffer } from "../db/bulk.ts";
import type { Knex } from "../db/open.ts";
import { NO_UID } from "./find.ts";

/** Ends of the age groups in days; the last group has none. */
const DAYS = [30, 90, 365, 3 * 365, 5 * 365, 10 * 365] as const;
const DAY_MS = 86_400_000;

export interface KeyAgeGroup {
  readonly origin: "generated" | "imported";
  /** Older than this many days, and at most `toDays`; null = no limit. */
  readonly fromDays: number;
  readonly toDays: number | null;
  readonly keys: number;
}

/** A rotation: the meter's id, the version that it made, and when. */
export interface Rotation {
  readonly meter: string;
  readonly version: number;
  /** RFC 3339. */
  readonly at: string;
}

/** Counts the key versions in use (`new` and `active`) of meters that are not retired. */
export async function keyAges(
  db: Knex,
  scope: string | null,
  rotations: readonly Rotation[],
  now: Date,
): Promise<KeyAgeGroup[]> {
  const groups = new Map<string, KeyAgeGroup>();
  const add = (origin: KeyAgeGroup["origin"], at: string, keys: number): void => {
    const group = groupOf(origin, (now.getTime() - Date.parse(at)) / DAY_MS);
    const name = `${origin} ${group.fromDays}`;
    groups.set(name, { ...group, keys: (groups.get(name)?.keys ?? 0) + keys });
  };
  for (const { day, origin, n } of await firstVersions(db, scope)) {
    add(origin, `${day}T00:00:00Z`, Number(n));
  }
  const later = await laterVersions(db, scope);
  const made = new Map(rotations.map(({ meter, version, at }) => [`${meter} ${version}`, at]));
  for (const { meter, version, origin, createdAt } of later) {
    add(origin, made.get(`${meter} ${version}`) ?? createdAt, 1);
  }
  return [...groups.values()].sort(
    (a, b) => a.fromDays - b.fromDays || (a.origin < b.origin ? -1 : 1),
  );
}

function groupOf(origin: KeyAgeGroup["origin"], days: number): KeyAgeGroup {
  const next = DAYS.findIndex((end) => days <= end);
  const fromDays = next === 0 ? 0 : (DAYS[next === -1 ? DAYS.length - 1 : next - 1] ?? 0);
  return { origin, fromDays, toDays: next === -1 ? null : (DAYS[next] ?? null), keys: 0 };
}

function inUse(db: Knex, scope: string | null) {
  const query = db("meter_keys")
    .join("meters", "meters.id", "meter_keys.meter")
    .whereIn("meter_keys.state", ["new", "active"])
    .whereNot("meters.status", "retired");
  if (scope !== null) {
    const uid = asBuffer(parseId("cus", scope) ?? NO_UID);
    query.join("customers", "customers.num", "meters.customer").where("customers.uid", uid);
  }
  return query;
}

async function firstVersions(
  db: Knex,
  scope: string | null,
): Promise<{ day: string; origin: KeyAgeGroup["origin"]; n: number | string }[]> {
  const day = "substr(meters.created_at, 1, 10)";
  return await inUse(db, scope)
    .where("meter_keys.version", 1)
    .groupByRaw(`${day}, meter_keys.origin`)
    .select("meter_keys.origin", db.raw(`${day} AS day`), db.raw("COUNT(*) AS n"));
}

async function laterVersions(db: Knex, scope: string | null) {
  const rows = await inUse(db, scope)
    .where("meter_keys.version", ">", 1)
    .select("meters.uid", "meters.created_at", "meter_keys.version", "meter_keys.origin");
  return rows.map((row) => ({
    meter: formatId("mtr", row.uid),
    version: Number(row.version),
    origin: row.origin as KeyAgeGroup["origin"],
    createdAt: String(row.created_at),
  }));
}
