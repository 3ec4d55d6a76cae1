/**
 * Customers: the owners of meters. Each has a key of its own, so that a breach stays in one part.
 *
 * @module
 */
import type { CustomerKeyRef, Keystore } from "../../keystore/index.ts";
import type { Activity } from "../activity/activity.ts";
import type { Actor } from "../activity/entries/entry.ts";
import { timestamp } from "../base/clock.ts";
import { formatId, newUid, parseId } from "../base/ids.ts";
import type { Knex } from "../db/open.ts";

export interface Customer {
  readonly num: number;
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly key: CustomerKeyRef;
}

export interface MeterDeps {
  readonly db: Knex;
  readonly activity: Activity;
  readonly keystore: Keystore;
  readonly clock: () => Date;
}

export async function addCustomer(deps: MeterDeps, by: Actor, name: string): Promise<Customer> {
  const uid = newUid();
  const id = formatId("cus", uid);
  const wrapped = await deps.keystore.createCustomerKey(uid, 1);
  const createdAt = timestamp(deps.clock());
  await deps.activity.commit(async (trx) => {
    await trx("customers").insert({
      uid,
      name,
      created_at: createdAt,
      key_version: 1,
      key_wrapped: wrapped,
      next_number: 1,
    });
    const fields = { customer: id };
    return { entries: [{ ...by, action: "customer.added", outcome: "ok", fields }], result: null };
  });
  const customer = await findCustomer(deps.db, id);
  if (customer === null) {
    throw new TypeError("customer: expected to find what was committed");
  }
  return customer;
}

/** Null when there is no customer with this id. */
export async function findCustomer(db: Knex, id: string): Promise<Customer | null> {
  const uid = parseId("cus", id);
  const [row] =
    uid === null
      ? []
      : await db("customers")
          .where({ uid: Buffer.from(uid) })
          .select();
  return row === undefined ? null : customerOf(row);
}

export async function customersByNum(
  db: Knex,
  nums: readonly number[],
): Promise<Map<number, Customer>> {
  const rows = await db("customers")
    .whereIn("num", [...new Set(nums)])
    .select();
  return new Map(rows.map((row) => [row.num, customerOf(row)]));
}

export interface CustomerSummary extends Customer {
  readonly meters: number;
}

/** Customers by age, `limit` of them after number `after`; `only` narrows to one. */
export async function listCustomers(
  db: Knex,
  only: string | null,
  after: number,
  limit: number,
): Promise<CustomerSummary[]> {
  const query = db("customers").where("num", ">", after).orderBy("num").limit(limit);
  if (only !== null) {
    query.andWhere({ uid: Buffer.from(parseId("cus", only) ?? []) });
  }
  const rows = await query.select(
    "customers.*",
    db.raw("(SELECT COUNT(*) FROM meters WHERE meters.customer = customers.num) AS meters"),
  );
  return rows.map((row) => ({ ...customerOf(row), meters: Number(row.meters) }));
}

interface CustomerRow {
  readonly num: number;
  readonly uid: Uint8Array;
  readonly name: string;
  readonly created_at: string;
  readonly key_version: number;
  readonly key_wrapped: Uint8Array;
}

function customerOf(row: CustomerRow): Customer {
  return {
    num: row.num,
    id: formatId("cus", row.uid),
    name: row.name,
    createdAt: row.created_at,
    key: {
      customer: new Uint8Array(row.uid),
      version: row.key_version,
      wrapped: new Uint8Array(row.key_wrapped),
    },
  };
}
