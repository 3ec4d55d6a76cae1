/**
 * Who holds a copy of a meter's key: whoever made it, and whoever was sent it.
 *
 * The log says which packages held which key versions; a dispatch is an entry before the package
 * leaves, so nobody can be missing. Of entries that were pruned, the copy beside the link's row
 * tells the same. What became of each package is the links' own table.
 *
 * @module
 */

import type { LogItem } from "../activity/ask/query.ts";
import { decodeAccessSet } from "../activity/entries/access-set.ts";
import type { Knex } from "../db/open.ts";
import type { LinkRow } from "./context.ts";
import { disclosureOf } from "./links/disclosure.ts";
import { type ReceiptView, receiptView } from "./links/receipt-view.ts";

/** Whether a copy is outside: `unknown` is to be treated like `yes`. */
export type Holds = "yes" | "unknown" | "waiting" | "no";

export interface LinkHolder {
  readonly kind: "recipient";
  readonly holds: Holds;
  readonly reference: string;
  readonly keyVersions: readonly number[];
  /** Null when it was erased, or the link is of before a restore. */
  readonly to: string | null;
  readonly purpose: string | null;
  readonly order: string | null;
  readonly state: string;
  readonly disclosure: string;
  readonly dispatchedAt: string;
  /** Since when; null where nothing was collected as far as is known. */
  readonly since: string | null;
  readonly confirmedAt: string | null;
  readonly receipt: ReceiptView | null;
  /** Index of the entry `link.dispatched`; null when it was pruned. */
  readonly entry: number | null;
}

interface Dispatch {
  readonly entry: number | null;
  readonly at: string;
  readonly versions: Set<number>;
}

type NumberedMeter = { readonly customer: string; readonly number: number };

/** Packages whose copies are read at once; a large one is 60 kB and more. */
const COPIES = 100;

/**
 * @param dispatches entries `link.dispatched` whose access set may name the meter
 * @param isPruned whether there were entries that the log has no more
 */
export async function linkHolders(
  db: Knex,
  meter: NumberedMeter,
  dispatches: readonly LogItem[],
  isPruned: boolean,
): Promise<LinkHolder[]> {
  const logged = dispatchesOf(meter, dispatches);
  const sent = new Map([...(isPruned ? await prunedDispatches(db, meter, logged) : []), ...logged]);
  const rows = await linkRows(db, [...sent.keys()]);
  return [...sent].map(([reference, { entry, at, versions }]) => {
    const row = rows.get(reference);
    return {
      kind: "recipient",
      holds: row === undefined ? "unknown" : holdsOf(row),
      reference,
      keyVersions: [...versions].sort((a, b) => a - b),
      to: row?.recipient ?? null,
      purpose: row?.purpose ?? null,
      order: row?.order_ref ?? null,
      state: row?.state ?? "unknown",
      disclosure:
        row === undefined ? "treat as disclosed, the link is not in the table" : disclosureOf(row),
      dispatchedAt: at,
      since: row?.claimed_at ?? null,
      confirmedAt: row?.confirmed_at ?? null,
      receipt: row === undefined ? null : receiptView(row),
      entry,
    };
  });
}

/** Packages by their reference; a large one has several entries. */
function dispatchesOf(meter: NumberedMeter, items: readonly LogItem[]): Map<string, Dispatch> {
  const sent = new Map<string, Dispatch>();
  for (const { index, entry } of items) {
    const uses = entry["customer"] === meter.customer ? decodeAccessSet(entry["keys"]) : null;
    const versions = (uses ?? []).filter(({ number }) => number === meter.number);
    if (versions.length === 0) {
      continue;
    }
    const reference = String(entry["reference"]);
    const known = sent.get(reference) ?? {
      entry: index,
      at: String(entry["at"]),
      versions: new Set<number>(),
    };
    for (const { version } of versions) {
      known.versions.add(version);
    }
    sent.set(reference, known);
  }
  return sent;
}

/** Packages of which the log has no entry any more, from the copies of their access sets. */
async function prunedDispatches(
  db: Knex,
  { customer, number }: NumberedMeter,
  logged: ReadonlyMap<string, Dispatch>,
): Promise<[string, Dispatch][]> {
  const found: [string, Dispatch][] = [];
  for (let after = 0; ; ) {
    const rows: { number: number; reference: string; created_at: string; access_set: string }[] =
      await db("links")
        .join("link_meters", "link_meters.link_id", "links.link_id")
        .where("links.customer", customer)
        .andWhere("links.number", ">", after)
        .orderBy("links.number")
        .limit(COPIES)
        .select("links.number", "links.reference", "links.created_at", "link_meters.access_set");
    for (const { reference, created_at: at, access_set } of rows) {
      const parts: readonly unknown[] = logged.has(reference) ? [] : JSON.parse(access_set);
      const uses = parts.flatMap((part) => decodeAccessSet(part) ?? []);
      const versions = uses.flatMap((use) => (use.number === number ? [use.version] : []));
      if (versions.length > 0) {
        found.push([reference, { entry: null, at, versions: new Set(versions) }]);
      }
    }
    if (rows.length < COPIES) {
      return found;
    }
    after = rows.at(-1)?.number ?? 0;
  }
}

async function linkRows(db: Knex, references: readonly string[]): Promise<Map<string, LinkRow>> {
  const rows: LinkRow[] = [];
  const AT_ONCE = 500;
  for (let at = 0; at < references.length; at += AT_ONCE) {
    rows.push(
      ...(await db<LinkRow>("links").whereIn("reference", references.slice(at, at + AT_ONCE))),
    );
  }
  return new Map(rows.map((row) => [row.reference, row]));
}

function holdsOf(row: LinkRow): Holds {
  const { state, disclosed, claimed_at: claimedAt, remote_state: remote } = row;
  if (disclosed) {
    return claimedAt === null && state !== "confirmed" ? "unknown" : "yes";
  }
  // Ended here, and the exchange has not said so yet: until then it may still be collected.
  if ((state === "revoked" || state === "superseded") && remote === "open") {
    return "unknown";
  }
  return state === "draft" || state === "open" ? "waiting" : "no";
}
