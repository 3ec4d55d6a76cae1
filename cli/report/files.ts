/**
 * The files of a report: the document, tables for spreadsheets, a proof per sample, the head.
 *
 * @module
 */
import { csvLine } from "../csv-out.ts";
import { reportDocument } from "./document.ts";
import type { Report } from "./report.ts";
import { ageOf } from "./sections.ts";

/** Contents by name, in the order in which they are written. */
export function reportFiles(report: Report): Map<string, string> {
  const { head, samples } = report;
  return new Map([
    ...samples.map(({ index, proof }) => [`samples/${index}.tlog-proof`, proof] as const),
    ["releases.csv", csv(report.releases)],
    ["refusals.csv", csv(report.refusals)],
    ["changes.csv", csv(report.changes)],
    ["uses.csv", csv(report.uses)],
    ["ages.csv", csv(report.ages.map((group) => ({ age: ageOf(group), ...group })))],
    ["samples.csv", csv(samples.map(({ proof: _, ...sample }) => sample))],
    ["people.csv", csv(report.people)],
    ["checkpoint", head.checkpoint],
    ["vkey", `${head.vkey}\n`],
    ["report.html", reportDocument(report)],
  ]);
}

/** A line of names, then a line per row. */
function csv(rows: readonly object[]): string {
  const [first] = rows;
  if (first === undefined) {
    return "";
  }
  const names = Object.keys(first);
  const lines = rows.map((row) =>
    csvLine(names.map((name) => String((row as Record<string, unknown>)[name] ?? ""))),
  );
  return csvLine(names) + lines.join("");
}
