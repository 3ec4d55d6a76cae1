/**
 * Key files of eddi24 and casameta: `KAM;76348799;` and 32 hex digits in capitals, line by line
 * ({@link https://www.eddi24.de/hilfe/datenpunkt-aes-schluessel | eddi24: AES-Schlüssel}).
 *
 * @module
 */
import type { Bundle } from "../../protocol/bundle.ts";
import type { Exported } from "../contract.ts";
import { fileNameOf } from "../file-name.ts";
import { wmbusMeters } from "../wmbus-meters.ts";

/** Writes one line for every meter. */
export async function writeEddi24(bundle: Bundle): Promise<Exported> {
  const { meters, refused } = wmbusMeters(bundle, true);
  const lines = meters.map(
    ({ manufacturer, serial, key }) => `${manufacturer};${serial};${key.toUpperCase()}\n`,
  );
  return {
    bytes: new TextEncoder().encode(lines.join("")),
    fileName: fileNameOf(bundle, "eddi24.txt"),
    mediaType: "text/plain; charset=utf-8",
    refused,
  };
}
