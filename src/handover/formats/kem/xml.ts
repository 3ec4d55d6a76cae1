/**
 * The two documents inside a Kamstrup key file, as other programs read them.
 *
 * Known from readers: wmbusmeters' kem-import.py and kem-extract.sh. Neither document has a place
 * for a name of the customer's own; `MeterName` and `ShortName` are the model, which a package does
 * not know, so the maker's code stands there.
 *
 * @module
 */
import { xmlElement } from "../markup.ts";
import type { WmbusMeter } from "../wmbus-meters.ts";

/** EN 13757-3:2018, table 13: what a meter measures, in the words of Kamstrup's files. */
const CONSUMPTION: ReadonlyMap<string, string> = new Map([
  ["02", "Electricity"],
  ["03", "Gas"],
  ["04", "Heat"],
  ["06", "Hot water"],
  ["07", "Water"],
  ["0A", "Cooling"],
  ["0B", "Cooling"],
  ["0C", "Heat"],
  ["0D", "Heat/Cooling"],
  ["15", "Hot water"],
  ["16", "Cold water"],
]);

/** The readers take the text of each of these without asking whether there is any. */
const UNKNOWN = "unspecified";

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n';

/** Meters as the first version has them; a line each, for readers that go by lines. */
export function metersInOrder(meters: readonly WmbusMeter[]): string {
  const rows = meters.map((meter) =>
    [
      "<Meter>",
      xmlElement("MeterNo", meter.serial),
      xmlElement("SerialNo", meter.serial),
      `<EncKeys>${xmlElement("DEK", meter.key.toUpperCase())}</EncKeys>`,
      xmlElement("MeterName", meter.manufacturer),
      xmlElement("ConsumptionType", consumption(meter)),
      xmlElement("ConfigNo", UNKNOWN),
      xmlElement("ProgramNo", UNKNOWN),
      xmlElement("TypeNo", UNKNOWN),
      xmlElement("VendorId", meter.manufacturer),
      "</Meter>\n",
    ].join(""),
  );
  return `${DECLARATION}<MetersInOrder>\n${rows.join("")}</MetersInOrder>\n`;
}

/** Meters as the second version has them. */
export function devices(meters: readonly WmbusMeter[]): string {
  const rows = meters.map((meter) =>
    [
      "<Device>",
      xmlElement("ShortName", meter.manufacturer),
      xmlElement("ConsumptionTypeName", consumption(meter)),
      xmlElement("CustomerDeviceNumber", meter.serial),
      xmlElement("SerialNumber", meter.serial),
      xmlElement("ManufacturerId", meter.manufacturer),
      xmlElement("ConfigNumber", UNKNOWN),
      xmlElement("TypeNumber", UNKNOWN),
      `<Keys><Key>${xmlElement("Name", "DEK")}`,
      `${xmlElement("Value", meter.key.toUpperCase())}</Key></Keys>`,
      "</Device>\n",
    ].join(""),
  );
  return `${DECLARATION}<Devices>\n${rows.join("")}</Devices>\n`;
}

function consumption({ medium }: WmbusMeter): string {
  return CONSUMPTION.get(medium ?? "") ?? "Unknown";
}
