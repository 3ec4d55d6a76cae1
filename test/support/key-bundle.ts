/**
 * Bundles of keys to write, and the file that a form makes of one.
 *
 * @module
 */
import { DOMParser } from "@xmldom/xmldom";
import type { ExecutionContext } from "ava";
import { strFromU8, unzipSync } from "fflate";
import {
  type Exported,
  FormatError,
  type FormatId,
  type FormatOptions,
} from "../../src/handover/formats/contract.ts";
import { exportFormats } from "../../src/handover/formats/formats.ts";
import type { Bundle } from "../../src/handover/protocol/bundle.ts";
import type { PackageKey, PackageMeter } from "../../src/handover/protocol/manifest.ts";

/** Key and address of the telegram that wmbusmeters' tests/test_aes.sh decrypts. */
export const TEST_KEY = "28f64a24988064a079aa2c807d6102ae";

/** A key of a kind; its check value is made up, no form computes with it. */
export function packageKey(type: string, value: string): PackageKey {
  return { type, algorithm: `AES-${value.length * 4}`, keyVersion: 1, value, kcv: "12e345" };
}

export interface MeterChange {
  readonly name?: string | null;
  readonly profile?: string;
  readonly keys?: readonly PackageKey[];
  readonly serial?: string;
  readonly manufacturer?: string;
}

/** A meter at an address, with one wM-Bus key unless told otherwise. */
export function packageMeter(address: string, change: MeterChange = {}): PackageMeter {
  const [manufacturer = "", serial = ""] = /^([A-Z0-9]+)-([0-9A-F]{8})/.exec(address)?.slice(1) ?? [
    address.startsWith("st:") ? "KAM" : "",
    address.slice(-10),
  ];
  const keys = [packageKey("mk", TEST_KEY)];
  return {
    address,
    meter: "mtr_0",
    name: null,
    profile: "wmbus",
    manufacturer,
    serial,
    keys,
    ...change,
  };
}

export const OTHER_KEY = "0011223344556677889900112233e455";

/** Meters of the three kinds that programs know. */
export const water = packageMeter("KAM-76348799/1B/16", { name: "Kælder: 4/b" });
export const heat = packageMeter("LUG-0A345678", { keys: [packageKey("dek", OTHER_KEY)] });
export const dlms = packageMeter("st:4B414D4501349083", {
  name: "El <1>",
  profile: "dlms-suite-0",
  keys: [packageKey("guek", TEST_KEY), packageKey("gak", OTHER_KEY)],
});

/** A delivery of these meters. */
export function keyBundle(...meters: readonly PackageMeter[]): Bundle {
  const delivery = {
    reference: "REF-7K3Q-9D",
    customer: "cus_1",
    to: "Haus 4 GmbH",
    purpose: "order 4711",
    createdAt: "2026-01-02T03:04:05.000Z",
    checkpoint: "example\n0\n",
  };
  return { format: "meterseal-keys", version: 1, delivery, meters };
}

/** Writes a bundle in a form. */
export async function writeAs(
  id: FormatId,
  bundle: Bundle,
  options: FormatOptions = {},
): Promise<Exported> {
  const format = exportFormats.get(id);
  if (format === undefined) {
    throw new TypeError(`no form ${id}`);
  }
  return await format.write(bundle, options);
}

/** The text of a form's file. */
export async function textAs(
  id: FormatId,
  bundle: Bundle,
  options: FormatOptions = {},
): Promise<string> {
  return Buffer.from((await writeAs(id, bundle, options)).bytes).toString("utf8");
}

/** The files of an archive. */
export function unzip({ bytes }: Exported): Record<string, string> {
  const files = Object.entries(unzipSync(bytes));
  return Object.fromEntries(files.map(([name, content]) => [name, strFromU8(content)]));
}

/** Text of the first element of that name, whatever its namespace. */
export function textOf(xml: string, name: string): string {
  const document = new DOMParser().parseFromString(xml, "text/xml");
  return document.getElementsByTagNameNS("*", name)[0]?.textContent ?? "";
}

/** Expects a refusal for an option, and that the message does not repeat any of it. */
export async function refusesOption(
  t: ExecutionContext,
  id: FormatId,
  options: FormatOptions,
): Promise<void> {
  const error = await t.throwsAsync(writeAs(id, keyBundle(packageMeter("KAM-76348799")), options), {
    instanceOf: FormatError,
    code: "FORMAT_OPTION",
  });
  for (const value of Object.values(options).filter((text) => text.length > 3)) {
    t.false(`${error?.message}${String(error?.cause ?? "")}`.includes(value));
  }
}
