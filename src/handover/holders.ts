/**
 * Who holds a copy of a meter's key: whoever made it, and whoever was sent it.
 *
 * The log says which packages held which key versions; a dispatch is an entry before the package
 * leaves, so nobody can be missing. What became of each package is the links' own table.
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
  /** Index of the entry `link.dispatched`. */
  readonly entry: number;
}

interface Dispatch {
  readonly entry: number;
  readonly at: string;
  readonly versions: Set<number>;
}

/** @param dispatches entries `link.dispatched` whose access set may name the meter */
export async function linkHolders(
  db: Knex,
  meter: { readonly customer: string; readonly number: number },
  dispatches: readonly LogItem[],
): Promise<LinkHolder[]> {
  const sent = dispatchesOf(meter, dispatches);
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
function dispatchesOf(
  meter: { readonly customer: string; readonly number: number },
  items: readonly LogItem[],
): Map<string, Dispatch> {
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

function holdsOf({ state, disclosed, claimed_at: claimedAt }: LinkRow): Holds {
  if (disclosed) {
    return claimedAt === null && state !== "confirmed" ? "unknown" : "yes";
  }
  return state === "draft" || state === "open" ? "waiting" : "no";
}
