/**
 * Writes CSV (RFC 4180) that a spreadsheet does not run.
 *
 * @module
 */
import { withoutFormulas } from "../src/handover/formats/csv/cells.ts";

/** One line with its end; what a spreadsheet would take for a formula gets an apostrophe. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(quoted).join(",")}\r\n`;
}

function quoted(field: string): string {
  // Also behind a semicolon: a spreadsheet of most of Europe splits there, whatever the quotes say.
  const harmless = withoutFormulas(field.replace(/\p{Cc}+/gu, " "));
  return /[",\r\n;]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
