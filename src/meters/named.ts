/**
 * Meters by the numbers that log entries give them.
 *
 * @module
 */
import type { Knex } from "../db/open.ts";
import { LISTED, type Meter, type MeterRow, meterOf, within } from "./find.ts";

const AT_ONCE = 500;

/** The meters of a customer that have these numbers; a number without a meter is not among them. */
export async function metersByNumber(
  db: Knex,
  customer: string,
  numbers: readonly number[],
): Promise<Map<number, Meter>> {
  const found = new Map<number, Meter>();
  const wanted = [...new Set(numbers)];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const rows: Omit<MeterRow, "customer_uid">[] = await within(db, { customer })
      .whereIn("meters.number", wanted.slice(at, at + AT_ONCE))
      .select(LISTED);
    for (const row of rows) {
      found.set(row.number, meterOf(row, customer));
    }
  }
  return found;
}
