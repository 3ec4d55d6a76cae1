/**
 * Entries as a table for spreadsheets: semicolons, UTF-8 with byte order mark, CRLF, every cell
 * quoted, none that runs as a formula.
 *
 * @module
 */
import { textCell } from "../../handover/formats/csv/cells.ts";
import type { Json, LogItem } from "./contract.ts";
import type { Names } from "./engine/names.ts";

const BYTE_ORDER_MARK = "\ufeff";
const END = "\r\n";

/** Columns of their own; whatever else an entry has stands in the last one as JSON. */
const FIELDS = [
  "at",
  "actor",
  "role",
  "action",
  "outcome",
  "code",
  "customer",
  "meter",
  "reference",
  "request",
] as const;

export function csvOf(items: readonly LogItem[], names: Names): string {
  const heading = ["index", ...FIELDS, "actor_name", "customer_name", "entry"];
  const lines = [heading.map(textCell).join(";")];
  for (const { index, entry } of items) {
    const cells = [
      String(index),
      ...FIELDS.map((name) => textOf(entry[name])),
      names.actors.get(textOf(entry["actor"]))?.name ?? "",
      names.customers.get(textOf(entry["customer"])) ?? "",
      JSON.stringify(entry),
    ];
    lines.push(cells.map(textCell).join(";"));
  }
  return `${BYTE_ORDER_MARK}${lines.join(END)}${END}`;
}

function textOf(value: Json | undefined): string {
  return value === undefined || value === null
    ? ""
    : typeof value === "string"
      ? value
      : JSON.stringify(value);
}
