/**
 * What happens to a meter's keys after enrolment: rotation and retirement.
 *
 * @module
 */
import { actorOf, type Caller } from "../access/caller.ts";
import { Problem } from "../base/problem.ts";
import { customersByNum, type MeterDeps } from "./customers.ts";
import { keyRows, type Meter } from "./find.ts";
import { insertKeys } from "./insert.ts";

/**
 * Draws the next key version. It is `new` until a frame verifies under it; until then the version
 * before stays in force.
 *
 * @throws {@link Problem} `METER_RETIRED`
 */
export async function rotateKey(
  deps: MeterDeps,
  caller: Caller,
  meter: Meter,
): Promise<{ keyVersion: number; keyCheckValue: string }> {
  refuseRetired(meter);
  const customer = (await customersByNum(deps.db, [meter.customerNum])).get(meter.customerNum)!;
  const rows = (await keyRows(deps.db, [meter])).get(meter.row) ?? [];
  const version = (rows[0]?.version ?? 0) + 1;
  const wanted = { uid: meter.uid, version, profile: meter.profile };
  const [key] = await deps.keystore.generate(customer.key, [wanted], true);
  await deps.activity.commit(async (trx) => {
    const [newest] = await trx("meter_keys").where({ meter: meter.row }).max({ v: "version" });
    if (Number(newest?.["v"] ?? 0) !== version - 1) {
      throw new Problem(409, "KEY_CONFLICT", "the key was rotated by somebody else just now");
    }
    const row = {
      type: "root",
      origin: "generated",
      length: 32,
      wrapped: key!.wrapped,
      fingerprint: null,
    } as const;
    await insertKeys(trx, [{ meter: meter.row, version, key: row }], "new");
    const fields = { customer: meter.customer, meter: meter.id, keyVersion: version };
    const entry = { ...actorOf(caller), action: "key.rotated", outcome: "ok", fields } as const;
    return { entries: [entry], result: null };
  });
  return { keyVersion: version, keyCheckValue: key!.kcv };
}

/** Takes a meter out of use: its frames are refused and no link carries its keys. */
export async function retireMeter(deps: MeterDeps, caller: Caller, meter: Meter): Promise<void> {
  refuseRetired(meter);
  await deps.activity.commit(async (trx) => {
    await trx("meters").where({ id: meter.row }).update({ status: "retired" });
    const fields = { customer: meter.customer, meter: meter.id };
    const entry = { ...actorOf(caller), action: "meter.retired", outcome: "ok", fields } as const;
    return { entries: [entry], result: null };
  });
}

function refuseRetired(meter: Meter): void {
  if (meter.status === "retired") {
    throw new Problem(409, "METER_RETIRED", "the meter is retired");
  }
}
