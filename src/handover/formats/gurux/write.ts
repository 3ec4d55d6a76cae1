/**
 * A device list of GXDLMSDirector (`.gxc`): system title and keys, the rest as it is by default.
 *
 * Elements as its XmlSerializer names them
 * ({@link https://github.com/Gurux/Gurux.DLMS.Net | GXDLMSMeterBase}); "Gurux1" is its namespace
 * for the second version of the file. It loads a maker that its own settings know, and no other.
 *
 * @module
 */
import type { Bundle } from "../../protocol/bundle.ts";
import type { PackageMeter } from "../../protocol/manifest.ts";
import type { Exported } from "../contract.ts";
import { type DlmsMeter, readDlmsMeter } from "../dlms-meters.ts";
import { fileNameOf } from "../file-name.ts";
import { xmlElement } from "../markup.ts";
import { sortMeters } from "../wmbus-meters.ts";

/** AES-128, and AES-256 of security suite 2. */
const DIGITS = [32, 64];

/** Suites by profile; suite 0 is what an absent element means. */
const SUITES: ReadonlyMap<string, string> = new Map([
  ["dlms-suite-1", "Suite1"],
  ["dlms-suite-2", "Suite2"],
]);

/** Writes one list of all meters. */
export async function writeGurux(bundle: Bundle): Promise<Exported> {
  const { meters, refused } = sortMeters(bundle, readMeter);
  const text =
    '<?xml version="1.0" encoding="utf-8"?>\n' +
    '<ArrayOfGXDLMSDevice xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="Gurux1">\n' +
    `${meters.map(device).join("")}</ArrayOfGXDLMSDevice>\n`;
  return {
    bytes: new TextEncoder().encode(text),
    fileName: fileNameOf(bundle, "gxc"),
    mediaType: "application/xml",
    refused,
  };
}

function readMeter(meter: PackageMeter) {
  const read = readDlmsMeter(meter, DIGITS);
  // Its maker is looked up by the FLAG code.
  return typeof read !== "string" && read.manufacturer === "" ? "ADDRESS_KIND" : read;
}

function device(meter: DlmsMeter): string {
  const { systemTitle, manufacturer, serial, name, encryptionKey, authenticationKey } = meter;
  const suite = SUITES.get(meter.profile);
  const fields = [
    ...(suite === undefined ? [] : [xmlElement("SecuritySuite", suite)]),
    xmlElement("ServerSystemTitle", systemTitle),
    xmlElement("BlockCipherKey", encryptionKey.toUpperCase()),
    ...(authenticationKey === null
      ? []
      : [xmlElement("AuthenticationKey", authenticationKey.toUpperCase())]),
    xmlElement("Name", name ?? `${manufacturer}-${serial}`),
    xmlElement("Manufacturer", manufacturer),
    xmlElement("UseLN", "true"),
  ];
  return `  <GXDLMSDevice>\n${fields.map((field) => `    ${field}\n`).join("")}  </GXDLMSDevice>\n`;
}
