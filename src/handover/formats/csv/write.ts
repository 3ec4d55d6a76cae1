/**
 * A table for spreadsheets: semicolons, UTF-8 with byte order mark, CRLF, every cell quoted.
 *
 * Semicolons because Excel splits by the list separator of its country, and that is a semicolon
 * wherever a comma stands in decimals: in Denmark, Germany, Spain, Italy and Poland. Without the
 * byte order mark Excel reads UTF-8 as the local code page.
 *
 * `valid_from` is empty: a package says when it was made and not since when a key holds.
 *
 * @module
 */
import type { Bundle } from "../../protocol/bundle.ts";
import type { PackageKey, PackageMeter } from "../../protocol/manifest.ts";
import { parseAddressText } from "../address.ts";
import type { Exported } from "../contract.ts";
import { fileNameOf } from "../file-name.ts";
import { codeCell, textCell } from "./cells.ts";

const BYTE_ORDER_MARK = "\ufeff";
const END = "\r\n";

const HEADINGS = [
  "serial",
  "manufacturer",
  "version",
  "medium",
  "key_type",
  "key_algorithm",
  "key_version",
  "key",
  "kcv",
  "valid_from",
  "meter_name",
  "address",
  "profile",
  "reference",
] as const;

/** Writes a row for every key of every meter; nothing is ever refused. */
export async function writeCsv(bundle: Bundle): Promise<Exported> {
  const reference = textCell(bundle.delivery.reference);
  const lines = [HEADINGS.map((heading) => `"${heading}"`).join(";")];
  for (const meter of bundle.meters) {
    const { front, back } = meterCells(meter);
    for (const key of meter.keys) {
      lines.push(`${front};${keyCells(key)};${back};${reference}`);
    }
  }
  lines.push("");
  return {
    bytes: new TextEncoder().encode(BYTE_ORDER_MARK + lines.join(END)),
    fileName: fileNameOf(bundle, "csv"),
    mediaType: "text/csv; charset=utf-8",
    refused: [],
  };
}

/** The cells before and behind the key. */
function meterCells(meter: PackageMeter): { readonly front: string; readonly back: string } {
  const { serial, manufacturer, name, address, profile } = meter;
  const parsed = parseAddressText(address);
  const [version, medium] =
    parsed?.kind === "wmbus" ? [parsed.version ?? "", parsed.medium ?? ""] : ["", ""];
  const codes = [codeCell(serial), textCell(manufacturer), codeCell(version), codeCell(medium)];
  const texts = [codeCell(""), textCell(name ?? ""), textCell(address), textCell(profile)];
  return { front: codes.join(";"), back: texts.join(";") };
}

function keyCells({ type, algorithm, keyVersion, value, kcv }: PackageKey): string {
  const version = textCell(String(keyVersion));
  return [textCell(type), textCell(algorithm), version, codeCell(value), codeCell(kcv)].join(";");
}
