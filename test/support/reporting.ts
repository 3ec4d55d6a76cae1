/**
 * A service with something to report, and the tables of a report.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { parse } from "csv-parse/sync";
import type { DatabaseKind } from "./databases.ts";
import { ndjson, type Service, startService } from "./service.ts";

export const HOSTILE = `</td></script><img src=x onerror="alert(1)"> 'x' & \u202Etxt`;
export const ALWAYS = ["--from", "2020-01-01", "--to", "2250-01-01"] as const;

export interface Filled {
  readonly service: Service;
  readonly auditor: string;
  readonly customer: string;
  readonly custodian: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A customer with a hostile name, two meters, and tokens. */
export async function filled(t: ExecutionContext, kind: DatabaseKind): Promise<Filled> {
  const service = await startService(t, kind);
  const customer = await service.customer(HOSTILE);
  const custodian = await service.token("custodian");
  const auditor = await service.token("auditor");
  const rows = ndjson([{ address: "KAM-10000001" }, { address: "KAM-10000002" }]);
  await service.call("POST", `/v1/meters/import?customer=${customer}`, custodian, rows);
  const env = { METERSEAL_URL: service.internal, METERSEAL_TOKEN: auditor };
  return { service, auditor, customer, custodian, env };
}

/** Rows of a CSV file of a report. */
export function table(out: string, name: string): Record<string, string>[] {
  return parse(readFileSync(join(out, `${name}.csv`), "utf8"), { columns: true });
}
