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

/** What can stand in `="…"` without ending it. */
const CODE = /^[0-9A-Za-z]*$/;

/** Signs that begin a formula; full-width forms are folded to them on input. */
const FORMULA = /^[=+\-@|%\uff1d\uff0b\uff0d\u2212\uff20\uff5c\uff05]$/;
const ANY_FORMULA = /[=+\-@|%\uff1d\uff0b\uff0d\u2212\uff20\uff5c\uff05]/;

/** Where a cell would end if the reader split by another sign, or lost a quotation mark. */
const SEPARATOR = /^[,;"]$/;

/** Blanks and invisible characters, which hide nothing. */
const BLANK = /^[\s\p{Z}\p{Cf}]$/u;

/** Tabs and line ends are where cells end; no control character is part of a name. */
const CONTROL = /\p{Cc}+/gu;

/** A code of digits and letters, text for good; empty stays empty. */
export function codeCell(code: string): string {
  if (code === "") {
    return '""';
  }
  return CODE.test(code) ? `"=""${code}"""` : textCell(code);
}

/** Any other text, quoted, and with an apostrophe before what could run as a formula. */
export function textCell(text: string): string {
  const plain = text.replace(CONTROL, " ");
  const safe = withoutFormulas(plain);
  return `"${safe.replaceAll('"', '""')}"`;
}

/** Marks each formula sign with which a cell begins, for any list separator. */
export function withoutFormulas(text: string): string {
  if (!ANY_FORMULA.test(text)) {
    return text;
  }
  let safe = "";
  let atStart = true;
  for (const character of text) {
    if (atStart && FORMULA.test(character)) {
      safe += "'";
    }
    safe += character;
    atStart = SEPARATOR.test(character) || (atStart && BLANK.test(character));
  }
  return safe;
}
