import type { ExecutionContext } from "ava";
import { type DatabaseLocation, type Knex, openDatabase } from "../../src/db/open.ts";
import { type CollectOptions, collectLink } from "../../src/handover/collect/collect.ts";
import { startCore, type TestCore } from "./core.ts";
import { freshDatabase } from "./databases.ts";
import { startExchange, type TestExchange } from "./exchange.ts";

/** Who acts in the tests. */
export const ACTOR = {
  actor: "tok_1",
  role: "custodian",
  auth: "token",
  purpose: null,
  request: null,
} as const;

/** A core, and the exchange it pushes to. */
export interface Zone {
  readonly x: TestExchange;
  readonly core: TestCore;
  /** The exchange's database. */
  readonly outside: Knex;
}

/** Core and exchange, each with a database of its own. */
export async function bothZones(
  t: ExecutionContext,
  db: Knex,
  location: DatabaseLocation,
): Promise<Zone> {
  const kind = "file" in location ? "sqlite" : "postgres";
  const outside = openDatabase(await freshDatabase(t, kind));
  t.teardown(() => outside.destroy());
  const x = await startExchange(t, outside);
  return { x, outside, core: await startCore(db, x) };
}

/** Collects as the command line client does, with short patience. */
export function collect(
  core: TestCore,
  link: string,
  pin: string,
  change: Partial<CollectOptions> = {},
) {
  return collectLink({
    link,
    pin: () => pin,
    issuer: null,
    clock: core.clock,
    retry: { attempts: 3, firstDelayMs: 10 },
    ...change,
  });
}
