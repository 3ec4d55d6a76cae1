/**
 * What an import came to, for a person: one line for each remark, none wider than 100 columns.
 *
 * Twenty thousand meters with one and the same fault are one line of a person's reading: of each
 * code the first few are named, the rest counted. `--json` has them all.
 *
 * @module
 */

import { hanging } from "../table.ts";
import { count, printable } from "../text.ts";
import type { Remark } from "./source.ts";

const NAMED = 20;

/** What the service answers, with what was found before anything was sent. */
export interface ImportReport {
  readonly imported: number;
  readonly rejected: readonly Remark[];
  readonly warnings: readonly Remark[];
}

/** `refused` counts all lines, of which the report may name fewer. */
export function describeReport(
  { imported, rejected, warnings }: ImportReport,
  refused: number,
  { place, dryRun }: { readonly place: "line" | "meter"; readonly dryRun: boolean },
): string[] {
  const width = Math.max(
    0,
    ...[...rejected, ...warnings].map(({ code }) => printable(code).length),
  );
  const done = dryRun ? "could be imported, nothing was sent" : "imported";
  return [
    ...linesOf(rejected, place, width, ""),
    ...linesOf(warnings, place, width, " (warning)"),
    `${count(imported, "meter")} ${done}, ${refused} rejected, ${count(warnings.length, "warning")}`,
  ];
}

function linesOf(
  remarks: readonly Remark[],
  place: string,
  width: number,
  behind: string,
): string[] {
  const counts = new Map<string, number>();
  const lines: string[] = [];
  for (const { line, code, detail } of remarks) {
    const seen = (counts.get(code) ?? 0) + 1;
    counts.set(code, seen);
    if (seen <= NAMED) {
      const lead = `${place} ${line}: ${printable(code).padEnd(width)} `;
      lines.push(...hanging(lead, printable(detail) + behind));
    }
  }
  for (const [code, seen] of counts) {
    if (seen > NAMED) {
      lines.push(`${printable(code)}: ${seen - NAMED} more, see --json${behind}`);
    }
  }
  return lines;
}
