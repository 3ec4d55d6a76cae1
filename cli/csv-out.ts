/**
 * Writes CSV (RFC 4180) that a spreadsheet does not run.
 *
 * @module
 */

/** One line with its end; what a spreadsheet would take for a formula gets an apostrophe. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(quoted).join(",")}\r\n`;
}

function quoted(field: string): string {
  const harmless = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n;]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
