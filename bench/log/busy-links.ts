/**
 * Rows of the links that a busy log tells of: to whom, by which order, what became of them.
 *
 * Their packages never existed: this is for lists and reports, not for a hand-over.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Cell, insertRows } from "../../src/db/bulk.ts";
import type { Knex } from "../../src/db/open.ts";
import type { BusyLink } from "./busy-entries.ts";

const COLUMNS = [
  "link_id",
  "reference",
  "short_id",
  "exchange",
  "customer",
  "state",
  "disclosed",
  "meters",
  "keys",
  "recipient",
  "purpose",
  "order_ref",
  "package_hash",
  "kcv_hash",
  "receipt_hash",
  "created_at",
  "expires_at",
  "claimed_at",
  "confirmed_at",
  "ended_at",
] as const;

const RECIPIENTS = ["MDM operations", "Field team north", "Hausverwaltung Krüger", "J. Sørensen"];
const DAY_MS = 86_400_000;

/** Inserts links that were sent at `at` (milliseconds since 1970). */
export async function insertBusyLinks(
  db: Knex,
  links: readonly BusyLink[],
  at: number,
): Promise<void> {
  await insertRows(
    db,
    "links",
    COLUMNS,
    links.map((link) => rowOf(link, at)),
  );
}

function rowOf({ reference, link, customer, meters, isConfirmed }: BusyLink, at: number): Cell[] {
  const hash = createHash("sha256").update(reference).digest();
  const order = `O-${1 + (hash[1]! % 40)}`;
  const later = (hours: number) => new Date(at + hours * 3_600_000).toISOString();
  return [
    hash,
    reference,
    link,
    "bench",
    customer,
    isConfirmed ? "confirmed" : "expired",
    isConfirmed ? 1 : 0,
    meters,
    meters,
    RECIPIENTS[hash[0]! % RECIPIENTS.length]!,
    `Commissioning, order ${order}`,
    order,
    hash,
    hash,
    hash,
    later(0),
    new Date(at + 7 * DAY_MS).toISOString(),
    isConfirmed ? later(2) : null,
    isConfirmed ? later(2.1) : null,
    isConfirmed ? null : later(168),
  ];
}
