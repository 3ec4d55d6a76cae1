/**
 * A long log in a new data directory: real tokens, customers and meters, a month of entries.
 *
 * @module
 */
import { createToken } from "../../src/access/tokens.ts";
import { SYSTEM } from "../../src/activity/entries/entry.ts";
import type { Config } from "../../src/base/config.ts";
import { createLogger } from "../../src/base/logger.ts";
import { parseAddress } from "../../src/meters/address.ts";
import { addCustomer } from "../../src/meters/customers.ts";
import { enrolMeters } from "../../src/meters/enrol.ts";
import { initialise } from "../../src/programs/init.ts";
import { type OpenCore, openCore } from "../../src/programs/open-core.ts";
import { type BusyLink, busyEntries, type Cast, seeded } from "./busy-entries.ts";
import { insertBusyLinks } from "./busy-links.ts";

export interface BusyLog {
  readonly vkey: string;
  /** The first admin's token. */
  readonly admin: string;
  readonly auditor: string;
  /** Address of a meter that many entries name. */
  readonly meter: string;
  readonly size: number;
}

const GROUP = 1000;
const DAY_MS = 86_400_000;
const CUSTOMERS = ["Stadtwerke Musterstadt", "Wohnbau Nord eG", "Fernwärme Süd"];

/** Fills a data directory that does not exist yet; `entries` are spread over `days` up to now. */
export async function makeBusyLog(
  config: Config,
  wanted: { readonly entries: number; readonly days?: number; readonly meters?: number },
  progress: (entries: number) => void = () => undefined,
): Promise<BusyLog> {
  const { entries, days = 30, meters = 3000 } = wanted;
  const random = seeded(2);
  const end = Date.now();
  const begin = end - days * DAY_MS;
  // The log asks for the time once an entry, and some more; it ends a little before now.
  const step = (end - 60_000 - begin) / (entries * 1.02 + 1000);
  let asked = 0;
  let now = begin;
  const microseconds = () => {
    now = begin + step * (asked++ + random());
    return Math.floor(now * 1000);
  };
  const { token: admin, vkey } = await initialise(config, microseconds);
  const logger = createLogger("core", "error");
  const core = await openCore(config, logger, null, { clock: microseconds });
  try {
    const { cast, auditor } = await enrolCast(core, () => new Date(now), meters);
    let links: BusyLink[] = [];
    const next = busyEntries(cast, 1, (link) => links.push(link));
    for (let made = 0; made < entries; made += GROUP) {
      const drafts = Array.from({ length: Math.min(GROUP, entries - made) }, next);
      await core.activity.commit(async () => ({ entries: drafts, result: null }));
      await insertBusyLinks(core.db, links, now);
      links = [];
      progress(made + drafts.length);
    }
    const { size } = await core.activity.checkpoint();
    return { vkey, admin, auditor, meter: address(0, 1), size };
  } finally {
    await core.close();
  }
}

async function enrolCast(core: OpenCore, clock: () => Date, meters: number) {
  const by = { ...SYSTEM, customer: null };
  const deps = { ...core, clock };
  const expiresAt = new Date(Date.now() + 90 * DAY_MS);
  const make = async (role: "data-management" | "custodian" | "auditor", name: string) =>
    await createToken(deps, by, { role, customer: null, name, purpose: null, expiresAt });
  const machines = [
    await make("data-management", "MDM east"),
    await make("data-management", "MDM west"),
  ];
  const custodians = [await make("custodian", "Key desk 1"), await make("custodian", "Key desk 2")];
  const auditor = await make("auditor", "Internal audit");
  const customers = [];
  for (const [i, name] of CUSTOMERS.entries()) {
    const customer = await addCustomer(deps, by, name);
    const batch = Array.from({ length: meters }, (_, n) => ({
      line: n,
      address: parseAddress(address(i, n + 1)),
      profile: "wmbus" as const,
      name: null,
      order: `O-${1 + Math.floor(n / 250)}`,
      allowUnauthenticated: false,
      keys: [],
    }));
    await enrolMeters(deps, { ...by, role: "custodian" }, customer, batch, false);
    customers.push({ id: customer.id, meters });
  }
  const ids = (list: readonly { row: { id: string } }[]) => list.map(({ row }) => row.id);
  const cast: Cast = {
    machines: ids(machines),
    custodians: ids(custodians),
    auditors: [auditor.row.id],
    customers,
  };
  return { cast, auditor: auditor.token };
}

/** The n-th meter of a customer. */
function address(customer: number, n: number): string {
  return `KAM-${String(10_000_000 * (customer + 1) + n)}`;
}
