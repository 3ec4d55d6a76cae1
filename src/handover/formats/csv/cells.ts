/**
 * Cells that a spreadsheet opens as what they are.
 *
 * Excel and LibreOffice take a cell of digits for a number even in quotation marks: the serial
 * 01234567 loses its zero, the key check value 12E345 becomes infinite, and saving makes that
 * last. `="01234567"` is the one spelling that both open as text on a double click; any other
 * reader gets it as the content of an ordinary field (RFC 4180 §2) and strips `="` and `"`. It is
 * used for all cells of a column or none, so that a file with tame numbers shows what to expect.
 *
 * Text that others wrote is the opposite case: a cell that begins like a formula would run as one.
 *
 * @module
 */

/** What needs no neutralising inside `="…"`. */
const CODE = /^[0-9A-Za-z]*$/;

/** A formula begins with one of these, full-width forms among them (they are folded on input). */
const FORMULA_START = "=+\\-@|%\\uff1d\\uff0b\\uff0d\\uff20\\u2212\\uff5c\\uff05";

/**
 * A formula sign where a cell may begin: at the start, or behind what another list separator or a
 * lost quotation mark would make the start of a cell. Blanks and invisible characters hide nothing.
 */
const FORMULA = new RegExp(`(^|[,;"\\t])([\\s\\p{Cf}\\p{Z}'"]*)(?=[${FORMULA_START}])`, "gu");

/** Tabs and line ends are where cells end; no control character is part of a name. */
const CONTROL = /\p{Cc}+/gu;

/** A code of digits and letters, text for good; empty stays empty. */
export function codeCell(code: string): string {
  if (code === "") {
    return '""';
  }
  return CODE.test(code) ? `"=""${code}"""` : textCell(code);
}

/** Any other text, quoted, and with an apostrophe before what could be a formula (OWASP). */
export function textCell(text: string): string {
  const plain = text.replace(CONTROL, " ").replace(FORMULA, "$1$2'");
  return `"${plain.replaceAll('"', '""')}"`;
}
