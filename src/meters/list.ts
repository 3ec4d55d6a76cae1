/**
 * Lists meters, page by page.
 *
 * @module
 */
import type { Caller } from "../access/caller.ts";
import { parseId } from "../base/ids.ts";
import { asBuffer } from "../db/bulk.ts";
import type { Knex } from "../db/open.ts";
import { customersByNum } from "./customers.ts";
import { LISTED, type Meter, type MeterRow, meterOf, NO_UID, within } from "./find.ts";

/** Which meters a list is of. */
export interface MeterFilter {
  readonly customer?: string;
  readonly order?: string;
  /** Only those in use of which no frame was ever opened. */
  readonly isUnheard?: boolean;
  readonly rows?: readonly number[];
}

/** Meters by row id, `limit` of them after `after`. */
export async function listMeters(
  db: Knex,
  caller: Pick<Caller, "customer">,
  filter: MeterFilter,
  after: number,
  limit: number,
): Promise<Meter[]> {
  const query = within(db, caller).limit(limit);
  if (filter.customer === undefined) {
    query.where("meters.id", ">", after).orderBy("meters.id");
  } else {
    // In the order of its meters' numbers, which is that of their rows and has an index: by row,
    // every page would sort them all.
    const last = db("meters").where("id", after).select("number");
    query
      .where("customers.uid", asBuffer(parseId("cus", filter.customer) ?? NO_UID))
      .where("meters.number", ">", db.raw("COALESCE(?, -1)", last))
      .orderBy("meters.number");
  }
  if (filter.order !== undefined) {
    query.andWhere("meters.order_ref", filter.order);
  }
  if (filter.isUnheard === true) {
    query
      .whereNot("meters.status", "retired")
      .whereNotExists(db("freshness").whereRaw("freshness.meter = meters.id").select("version"));
  }
  const rows: Omit<MeterRow, "customer_uid">[] = await query.select(LISTED);
  const customers = await customersByNum(db, [...new Set(rows.map((row) => row.customer))]);
  return rows.map((row) => meterOf(row, customers.get(row.customer)!.id));
}
