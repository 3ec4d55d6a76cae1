/**
 * The `meters` of wmbusmeters' add-on for Home Assistant, as YAML.
 *
 * Every value is quoted: without that, YAML takes an id of digits for a number
 * ({@link https://github.com/wmbusmeters/wmbusmeters-ha-addon | DOCS.md}).
 *
 * @module
 */
import type { Bundle } from "../../protocol/bundle.ts";
import type { Exported } from "../contract.ts";
import { fileNameOf } from "../file-name.ts";
import { distinctNames, wmbusMeters } from "../wmbus-meters.ts";

/** Writes one list of all meters. */
export async function writeHomeAssistant(bundle: Bundle): Promise<Exported> {
  const { meters, refused } = wmbusMeters(bundle, false);
  const names = distinctNames(meters);
  const entries = meters.map(
    ({ serial, key }, i) =>
      `  - name: "${names[i]}"\n` +
      `    driver: "auto"\n    id: "${serial.toLowerCase()}"\n    key: "${key}"\n`,
  );
  return {
    bytes: new TextEncoder().encode(`meters:\n${entries.join("")}`),
    fileName: fileNameOf(bundle, "home-assistant.yaml"),
    mediaType: "application/yaml",
    refused,
  };
}
