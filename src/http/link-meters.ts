/**
 * The meters that a link is made for: named, of an order, all, or those of an earlier link.
 *
 * A retired meter's keys are handed to nobody.
 *
 * @module
 */
import type { Caller } from "../access/caller.ts";
import { parseId } from "../base/ids.ts";
import { Problem } from "../base/problem.ts";
import { findMeter, type Meter } from "../meters/find.ts";
import { listMeters, type MeterFilter } from "../meters/list.ts";
import type { CoreContext } from "./context.ts";

/** A driver turns a page into objects in one go. */
const PAGE = 1000;
/** From here on, reading all meters of the customer is cheaper than asking for each. */
const MANY = 200;

/** What a request says of its meters; neither means all of them. */
export interface MeterSelection {
  readonly meters?: readonly string[] | undefined;
  readonly order?: string | undefined;
}

/** @throws {@link Problem} 404 `METER_UNKNOWN`, 409 `METER_RETIRED`, `METER_AMBIGUOUS`, `NO_METERS` */
export async function selectMeters(
  context: Pick<CoreContext, "db">,
  caller: Caller,
  customer: string,
  { meters: named, order }: MeterSelection,
): Promise<Meter[]> {
  if (named !== undefined) {
    return await namedMeters(context, caller, customer, named);
  }
  const filter = { customer, ...(order === undefined ? {} : { order }) };
  return demandSome(await metersInUse(context, caller, filter));
}

/** The meters of an earlier link that are still in use. @throws {@link Problem} 409 `NO_METERS` */
export async function metersOfNumbers(
  context: Pick<CoreContext, "db">,
  caller: Caller,
  customer: string,
  numbers: readonly number[],
): Promise<Meter[]> {
  const wanted = new Set(numbers);
  const all = await metersInUse(context, caller, { customer });
  return demandSome(all.filter(({ number }) => wanted.has(number)));
}

async function namedMeters(
  context: Pick<CoreContext, "db">,
  caller: Caller,
  customer: string,
  named: readonly string[],
): Promise<Meter[]> {
  const areIds = named.length > MANY && named.every((name) => parseId("mtr", name) !== null);
  const known = areIds ? await byId(context, caller, customer) : null;
  const found = new Map<number, Meter>();
  for (const [i, name] of named.entries()) {
    const pointer = `/meters/${i}`;
    const meter = known === null ? await findOne(context, caller, name, pointer) : known.get(name);
    if (meter === undefined || meter.customer !== customer) {
      throw new Problem(404, "METER_UNKNOWN", "there is no such meter", pointer);
    }
    if (meter.status === "retired") {
      throw new Problem(409, "METER_RETIRED", `${meter.id} is retired`, pointer);
    }
    found.set(meter.row, meter);
  }
  return [...found.values()];
}

async function findOne(
  { db }: Pick<CoreContext, "db">,
  caller: Caller,
  name: string,
  pointer: string,
): Promise<Meter> {
  return await findMeter(db, caller, name).catch((error: unknown) => {
    throw error instanceof Problem
      ? new Problem(error.status, error.code, error.message, pointer)
      : error;
  });
}

async function byId(context: Pick<CoreContext, "db">, caller: Caller, customer: string) {
  const meters = await allMeters(context, caller, { customer });
  return new Map(meters.map((meter) => [meter.id, meter]));
}

async function metersInUse(
  context: Pick<CoreContext, "db">,
  caller: Caller,
  filter: MeterFilter,
): Promise<Meter[]> {
  const meters = await allMeters(context, caller, filter);
  return meters.filter(({ status }) => status !== "retired");
}

async function allMeters(
  { db }: Pick<CoreContext, "db">,
  caller: Caller,
  filter: MeterFilter,
): Promise<Meter[]> {
  const meters: Meter[] = [];
  for (let after = 0; ; ) {
    const page = await listMeters(db, caller, filter, after, PAGE);
    meters.push(...page);
    if (page.length < PAGE) {
      return meters;
    }
    after = page.at(-1)?.row ?? after;
  }
}

function demandSome(meters: Meter[]): Meter[] {
  if (meters.length === 0) {
    throw new Problem(409, "NO_METERS", "there is no meter to hand over");
  }
  return meters;
}
