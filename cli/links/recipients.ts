/**
 * Reads who is to get a link from a CSV file: a row per recipient, or several rows of one, whose
 * meters then go into one link.
 *
 * All rows are judged before anything is made, and every fault is told by its line; what a line
 * holds is not repeated.
 *
 * @module
 */
import type { MailLanguage } from "../../src/handover/mail/write.ts";
import { CsvFault, type CsvRecord, readCsv } from "../csv.ts";
import { Misuse } from "../errors.ts";
import { describeFault, type FindMeter } from "../meter-names.ts";
import { isOneWay, type LinkWish, MAX_PURPOSE, MAX_TO } from "./wish.ts";

const COLUMNS = ["to", "meters", "purpose", "email", "language", "pin_to"] as const;
type Column = (typeof COLUMNS)[number];

const SYNONYMS: Readonly<Record<string, Column>> = {
  recipient: "to",
  meter: "meters",
  serial: "meters",
  serials: "meters",
  address: "meters",
  mail: "email",
  "e-mail": "email",
  lang: "language",
  phone: "pin_to",
};

export interface LineFault {
  readonly line: number;
  readonly detail: string;
}

/** What the options say where the file says nothing. */
export interface Defaults {
  readonly purpose: string | null;
  readonly language: MailLanguage;
  readonly isLanguage: (text: string) => text is MailLanguage;
}

interface Row extends Readonly<Record<Column, string>> {
  readonly line: number;
}

/** @throws {@link Misuse} when the file is no such list at all. */
export async function readRecipients(
  bytes: AsyncIterable<Uint8Array>,
  find: FindMeter,
  defaults: Defaults,
): Promise<{ readonly wishes: readonly LinkWish[]; readonly faults: readonly LineFault[] }> {
  const rows = await readRows(bytes, ["to", "meters"]);
  const faults: LineFault[] = [];
  const wishes = new Map<string, LinkWish & { readonly meters: Map<string, number> }>();
  for (const row of rows) {
    const fault = (detail: string) => void faults.push({ line: row.line, detail });
    const wish = wishOf(row, defaults, fault);
    const key = JSON.stringify([wish.to, wish.email]);
    const first = wishes.get(key);
    if (first === undefined) {
      wishes.set(key, { ...wish, meters: new Map() });
    } else if (JSON.stringify(settled(first)) !== JSON.stringify(settled(wish))) {
      fault(`differs from line ${first.line}, which is for the same recipient`);
    }
    addMeters(row, find, wishes.get(key)!.meters, fault);
  }
  return {
    faults,
    wishes: [...wishes.values()].map(({ meters, ...wish }) => ({
      ...wish,
      selection: { meters: [...meters.keys()] },
    })),
  };
}

/** Reads meters of one recipient, a row each; a file of one column needs no heading. */
export async function readSerials(
  bytes: AsyncIterable<Uint8Array>,
  find: FindMeter,
): Promise<{ readonly ids: readonly string[]; readonly faults: readonly LineFault[] }> {
  const rows = await readRows(bytes, ["meters"]);
  const faults: LineFault[] = [];
  const ids = new Map<string, number>();
  for (const row of rows) {
    addMeters(row, find, ids, (detail) => void faults.push({ line: row.line, detail }));
  }
  return { ids: [...ids.keys()], faults };
}

function addMeters(
  row: Row,
  find: FindMeter,
  known: Map<string, number>,
  fault: (detail: string) => void,
): void {
  const names = row.meters.split(/[\s,;|]+/).filter((name) => name !== "");
  // A name may have blanks in it.
  const whole = find(row.meters);
  const all = "id" in whole ? [row.meters] : names;
  if (all.length === 0) {
    fault("expected a meter");
  }
  for (const name of all) {
    const found = find(name);
    if ("fault" in found) {
      fault(describeFault(found.fault));
    } else if (known.has(found.id)) {
      fault(`names a meter again that line ${known.get(found.id)} names`);
    } else {
      known.set(found.id, row.line);
    }
  }
}

function wishOf(row: Row, defaults: Defaults, fault: (detail: string) => void): LinkWish {
  const { to, line } = row;
  const [email, pinTo] = [nullIfEmpty(row.email), nullIfEmpty(row.pin_to)];
  const purpose = row.purpose === "" ? (defaults.purpose ?? "") : row.purpose;
  const asked = row.language === "" ? defaults.language : row.language.toLowerCase();
  const language = defaults.isLanguage(asked) ? asked : null;
  if (to === "" || to.length > MAX_TO) {
    fault(`to: expected 1 to ${MAX_TO} characters`);
  }
  if (purpose === "" || purpose.length > MAX_PURPOSE) {
    fault(`purpose: expected 1 to ${MAX_PURPOSE} characters, here or by --purpose`);
  }
  if (email !== null && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    fault("email: expected an address");
  }
  if (language === null) {
    fault("language: expected da, de, en, es, it or pl");
  }
  if (isOneWay(email, pinTo)) {
    fault("email and pin_to: link and PIN must go by different ways");
  }
  return {
    line,
    to,
    purpose,
    email,
    pinTo,
    language: language ?? defaults.language,
    selection: {},
  };
}

function nullIfEmpty(text: string): string | null {
  return text === "" ? null : text;
}

function settled({ purpose, pinTo, language }: LinkWish): readonly unknown[] {
  return [purpose, pinTo, language];
}

async function readRows(
  bytes: AsyncIterable<Uint8Array>,
  needed: readonly Column[],
): Promise<Row[]> {
  const rows: Row[] = [];
  let places: ReadonlyMap<Column, number> | null = null;
  try {
    for await (const record of readCsv(bytes)) {
      if (places !== null) {
        rows.push(rowOf(record, places));
        continue;
      }
      places = placesOf(record, needed);
      if (places.size === 0) {
        places = new Map([["meters", 0]]);
        rows.push(rowOf(record, places));
      }
    }
  } catch (error) {
    throw error instanceof CsvFault ? new Misuse(`line ${error.line}: ${error.message}`) : error;
  }
  const filled = rows.filter((row) => COLUMNS.some((column) => row[column] !== ""));
  if (filled.length === 0) {
    throw new Misuse("the file has no rows");
  }
  return filled;
}

/** Empty for a list of numbers without a heading. */
function placesOf({ fields }: CsvRecord, needed: readonly Column[]): Map<Column, number> {
  const places = new Map<Column, number>();
  for (const [place, field] of fields.entries()) {
    const name = field.trim().toLowerCase();
    const column = COLUMNS.find((ours) => ours === name) ?? SYNONYMS[name];
    if (column !== undefined && places.has(column)) {
      throw new Misuse(`two columns of the file could be ${column}`);
    }
    if (column !== undefined) {
      places.set(column, place);
    }
  }
  const missing = needed.filter((column) => !places.has(column));
  if (missing.length > 0 && !(needed.length === 1 && fields.length === 1)) {
    throw new Misuse(`the first line names no column ${missing.join(" and none ")}`);
  }
  return places;
}

function rowOf({ line, fields }: CsvRecord, places: ReadonlyMap<Column, number>): Row {
  const cell = (column: Column) => (fields[places.get(column) ?? -1] ?? "").trim();
  return {
    line,
    to: cell("to"),
    meters: cell("meters"),
    purpose: cell("purpose"),
    email: cell("email"),
    language: cell("language"),
    pin_to: cell("pin_to"),
  };
}
