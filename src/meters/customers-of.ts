/**
 * Whose meters these are.
 *
 * @module
 */
import { formatId } from "../base/ids.ts";
import type { Knex } from "../db/open.ts";

/** Ids of customers by the ids of their meters. */
export async function customersByUid(
  db: Knex,
  uids: readonly Uint8Array[],
): Promise<Map<string, string>> {
  const rows: { meter: Uint8Array; customer: Uint8Array }[] = await db("meters")
    .join("customers", "customers.num", "meters.customer")
    .whereIn("meters.uid", uids)
    .select({ meter: "meters.uid", customer: "customers.uid" });
  return new Map(
    rows.map(({ meter, customer }) => [formatId("mtr", meter), formatId("cus", customer)]),
  );
}
