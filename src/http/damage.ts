/**
 * A stored key that does not open: named to the caller, and an entry in the log.
 *
 * @module
 */
import { KeystoreError } from "../../keystore/index.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { Problem } from "../base/problem.ts";
import { customersByNum } from "../meters/customers.ts";
import { currentVersion, keyRows, type Meter } from "../meters/find.ts";
import type { CoreContext } from "./context.ts";

/**
 * Records `KEY_INTEGRITY` with the meter; any other error goes on as it is.
 *
 * @throws {@link Problem} 409 `KEY_INTEGRITY`
 */
export async function recordDamage(
  { activity }: CoreContext,
  caller: Caller,
  meter: Pick<Meter, "id" | "customer">,
  error: unknown,
): Promise<never> {
  if (!(error instanceof KeystoreError && error.code === "KEY_INTEGRITY")) {
    throw error;
  }
  const { id, customer } = meter;
  const failure = { action: "key.integrity", outcome: "failed", code: error.code } as const;
  const entry = { ...actorOf(caller), ...failure, fields: { customer, meter: id } };
  await activity.commit(async () => ({ entries: [entry], result: null }));
  throw new Problem(409, "KEY_INTEGRITY", `the stored key of ${id} does not open`);
}

/** Finds the meter whose key spoiled a package, and records it. @throws {@link Problem} */
export async function recordDamageAmong(
  context: CoreContext,
  caller: Caller,
  meters: readonly Meter[],
  error: unknown,
): Promise<never> {
  if (error instanceof KeystoreError && error.code === "KEY_INTEGRITY") {
    const rows = await keyRows(context.db, meters);
    const customers = await customersByNum(
      context.db,
      meters.map((meter) => meter.customerNum),
    );
    for (const meter of meters) {
      const { key } = customers.get(meter.customerNum)!;
      const current = currentVersion(rows.get(meter.row) ?? []);
      await context.keystore
        .keyCheckValue(key, meter.profile, current)
        .catch((cause: unknown) => recordDamage(context, caller, meter, cause));
    }
  }
  throw error;
}
