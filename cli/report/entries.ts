/**
 * Entries of the log as rows of a report.
 *
 * @module
 */
import type { Answer } from "../client.ts";
import { type LoggedEntry, textOf, textOrNull } from "./ask.ts";
import type { Change, Refused, Release } from "./report.ts";

type NameOf = (actor: string) => string;

/** Packages that were sent; a large one has several entries and is one row. */
export function releasesOf(
  entries: readonly LoggedEntry[],
  links: ReadonlyMap<string, Answer>,
  nameOf: NameOf,
): Release[] {
  const seen = new Set<string>();
  return entries.flatMap(({ index, entry }) => {
    const reference = textOf(entry, "reference");
    if (seen.has(reference)) {
      return [];
    }
    seen.add(reference);
    const link = links.get(reference);
    const receipt = (link?.["receipt"] ?? null) as Answer | null;
    return {
      at: textOf(entry, "at"),
      reference,
      customer: nameOf(textOf(entry, "customer")),
      to: link === undefined ? null : textOrNull(link, "to"),
      purpose: link === undefined ? null : textOrNull(link, "purpose"),
      order: link === undefined ? null : textOrNull(link, "order"),
      meters: Number(entry["count"]),
      disclosure:
        link === undefined ? "no longer listed: treat as disclosed" : textOf(link, "disclosure"),
      confirmedAt: link === undefined ? null : textOrNull(link, "confirmedAt"),
      receipt: receipt?.["verified"] === true ? textOrNull(receipt, "name") : null,
      by: nameOf(textOf(entry, "actor")),
      entry: index,
    };
  });
}

export function refusalsOf(entries: readonly LoggedEntry[], nameOf: NameOf): Refused[] {
  const inOrder = [...entries].sort((a, b) => a.index - b.index);
  return inOrder.map(({ index, entry }) => ({
    at: textOf(entry, "at"),
    action: textOf(entry, "action"),
    outcome: textOf(entry, "outcome"),
    code: codesOf(entry),
    by: nameOf(textOf(entry, "actor")),
    count: countOf(entry),
    entry: index,
  }));
}

export function changesOf(entries: readonly LoggedEntry[], nameOf: NameOf): Change[] {
  return entries
    .map(({ index, entry }) => ({
      at: textOf(entry, "at"),
      action: textOf(entry, "action"),
      subject: subjectOf(entry, nameOf),
      by: nameOf(textOf(entry, "actor")),
      entry: index,
    }))
    .sort((a, b) => a.entry - b.entry);
}

/** Counted entries name their codes in `counts`, the number last in each row. */
function codesOf(entry: Answer): string {
  const { counts } = entry;
  return Array.isArray(counts)
    ? [...new Set(counts.map((row: readonly unknown[]) => String(row.at(-2))))].join(", ")
    : textOf(entry, "code");
}

function countOf({ counts }: Answer): number {
  return Array.isArray(counts)
    ? counts.reduce((sum: number, row: readonly unknown[]) => sum + (Number(row.at(-1)) || 0), 0)
    : 1;
}

function subjectOf(entry: Answer, nameOf: NameOf): string {
  const id = ["token", "reference", "recipient", "customer", "id"]
    .map((name) => textOf(entry, name))
    .find(Boolean);
  const facts = ["grantedRole", "expiresAt", "revokedAt", "below", "size", "seconds", "from", "to"]
    .filter((name) => textOf(entry, name) !== "")
    .map((name) => `${name} ${textOf(entry, name)}`);
  return [...(id === undefined ? [] : [nameOf(id)]), ...facts].join(", ");
}
