/**
 * Rows of a report put together, for who reads a page and not a file.
 *
 * @module
 */
import type { Refused, Release } from "./report.ts";

/** A name that the auditor does not see: it was erased, or is restricted. */
export const WITHHELD = "(erased or restricted)";

export interface RecipientSum {
  readonly to: string;
  readonly customer: string;
  readonly packages: number;
  readonly meters: number;
  /** Packages without a confirmed receipt. */
  readonly unconfirmed: number;
}

/** Packages by recipient and customer, most first. */
export function byRecipient(releases: readonly Release[]): RecipientSum[] {
  const sums = new Map<string, RecipientSum>();
  for (const { to, customer, meters, confirmedAt } of releases) {
    const name = JSON.stringify([to, customer]);
    const { packages = 0, meters: before = 0, unconfirmed = 0 } = sums.get(name) ?? {};
    sums.set(name, {
      to: to ?? WITHHELD,
      customer,
      packages: packages + 1,
      meters: before + meters,
      unconfirmed: unconfirmed + (confirmedAt === null ? 1 : 0),
    });
  }
  return [...sums.values()].sort((a, b) => b.packages - a.packages);
}

export interface RefusalSum extends Pick<Refused, "action" | "code" | "by"> {
  readonly count: number;
  readonly last: string;
}

/** Refusals by what, why and who, most first. */
export function byReason(refusals: readonly Refused[]): RefusalSum[] {
  const sums = new Map<string, RefusalSum>();
  for (const { action, code, by, count, at } of refusals) {
    const name = JSON.stringify([action, code, by]);
    const before = sums.get(name)?.count ?? 0;
    sums.set(name, { action, code, by, count: before + count, last: at });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}
