/**
 * ESPHome: its component `dlms_meter`, and `wmbus_meter` of the wM-Bus components.
 *
 * Keys stand in `secrets.yaml`, where ESPHome wants them, so that the rest can be shown. A node
 * has one `dlms_meter`: each gets a file. Both take AES-128 only: `bind_key` is 32 hex digits.
 *
 * {@link https://esphome.io/components/sensor/dlms_meter | dlms_meter},
 * {@link https://github.com/SzczepanLeon/esphome-components | wmbus_meter}
 *
 * @module
 */
import type { Bundle } from "../../protocol/bundle.ts";
import type { PackageMeter } from "../../protocol/manifest.ts";
import { parseAddressText } from "../address.ts";
import { type NamedFile, zipFiles } from "../archive.ts";
import type { Exported } from "../contract.ts";
import { type DlmsMeter, readDlmsMeter } from "../dlms-meters.ts";
import { fileNameOf } from "../file-name.ts";
import { oneLine } from "../markup.ts";
import { readWmbusMeter, sortMeters, type WmbusMeter } from "../wmbus-meters.ts";

const AES_128 = [32];

/** Writes an archive: the wM-Bus meters, a file for each DLMS meter, and the secrets. */
export async function writeEsphome(bundle: Bundle): Promise<Exported> {
  const { meters, refused } = sortMeters(bundle, readMeter);
  const wmbus = meters.filter((meter) => "kind" in meter);
  const dlms = meters.filter((meter) => "systemTitle" in meter);
  const secrets = [...wmbus.flatMap(wmbusSecrets), ...dlms.flatMap(dlmsSecrets)];
  const files: NamedFile[] = [
    ...(wmbus.length === 0
      ? []
      : [{ name: "wmbus-meters.yaml", text: `wmbus_meter:\n${wmbus.map(wmbusEntry).join("")}` }]),
    ...dlms.map((meter) => ({ name: `dlms-${meter.systemTitle}.yaml`, text: dlmsFile(meter) })),
    { name: "secrets.yaml", text: secrets.map(([id, key]) => `${id}: "${key}"\n`).join("") },
  ];
  const fileName = fileNameOf(bundle, "esphome.zip");
  return { bytes: zipFiles(files), fileName, mediaType: "application/zip", refused };
}

function readMeter(meter: PackageMeter) {
  return parseAddressText(meter.address)?.kind === "st"
    ? readDlmsMeter(meter, AES_128)
    : readWmbusMeter(meter, false);
}

type Secret = readonly [id: string, key: string];

/** An identifier of C++: letters, digits and underscores, a letter first. */
function idOf({ manufacturer, serial }: WmbusMeter): string {
  return `wmbus_${manufacturer}_${serial}`.toLowerCase();
}

function wmbusSecrets(meter: WmbusMeter): readonly Secret[] {
  return [[`${idOf(meter)}_key`, meter.key]];
}

function wmbusEntry(meter: WmbusMeter): string {
  const id = idOf(meter);
  return `  - id: ${id}${remark(meter.name)}\n    meter_id: 0x${meter.serial}\n    type: auto\n    key: !secret ${id}_key\n`;
}

function dlmsSecrets(meter: DlmsMeter): readonly Secret[] {
  const id = `dlms_${meter.systemTitle.toLowerCase()}`;
  const { encryptionKey, authenticationKey } = meter;
  return [
    [`${id}_key`, encryptionKey],
    ...(authenticationKey === null ? [] : [[`${id}_auth`, authenticationKey] as const]),
  ];
}

function dlmsFile(meter: DlmsMeter): string {
  const id = `dlms_${meter.systemTitle.toLowerCase()}`;
  const auth = meter.authenticationKey === null ? "" : `  auth_key: !secret ${id}_auth\n`;
  return `dlms_meter:${remark(meter.name)}\n  decryption_key: !secret ${id}_key\n${auth}`;
}

/** A name as a comment; it cannot end its line. */
function remark(name: string | null): string {
  return name === null ? "" : ` # ${oneLine(name)}`;
}
