/**
 * The meters of an opened KEM document.
 *
 *     KEM    <MetersInOrder><Meter>… <SerialNo/> <VendorId/> <MeterNo/> <EncKeys><DEK/></EncKeys>
 *     KEM2   <Devices><Device>… <SerialNumber/> <ManufacturerId/> <CustomerDeviceNumber/>
 *            and, at any depth, <Name>DEK</Name><Value/>
 *
 * Names as read by utils/kem-import.py and kem-extract.sh of wmbusmeters.
 *
 * @module
 */
import { type NamedKey, sortKeys } from "../key-names.ts";
import { type Found, ReadError, rejected } from "../read-contract.ts";
import { checkXml, childrenOfRoot, textAt, type XmlElement } from "../xml/element.ts";

interface Form {
  readonly id: "kem" | "kem2";
  readonly root: string;
  readonly meter: string;
  readonly serial: string;
  readonly maker: string;
  readonly number: string;
  keysOf(meter: XmlElement): NamedKey[];
}

const FORMS: readonly Form[] = [
  {
    id: "kem",
    root: "MetersInOrder",
    meter: "Meter",
    serial: "SerialNo",
    maker: "VendorId",
    number: "MeterNo",
    keysOf: (meter) =>
      meter.children
        .filter(({ name }) => name === "EncKeys")
        .flatMap(({ children }) => children)
        .map(({ name, text }) => ({ name, value: text.trim() })),
  },
  {
    id: "kem2",
    root: "Devices",
    meter: "Device",
    serial: "SerialNumber",
    maker: "ManufacturerId",
    number: "CustomerDeviceNumber",
    keysOf: pairsOf,
  },
];

/** Letters of a FLAG code, which is what the makers of these files write. */
const FLAG = /^[A-Z]{3}$/i;
const NUMBER = /^[0-9]{8}$/;

/** Checks an opened document and answers its form and its meters. */
export function kemMeters(xml: string): { form: "kem" | "kem2"; meters: Iterable<Found> } {
  const root = checkXml(xml);
  const form = FORMS.find((known) => known.root === root.name);
  if (form === undefined) {
    throw new ReadError("FILE_FORMAT", "expected MetersInOrder or Devices, as in a KEM file");
  }
  return { form: form.id, meters: { [Symbol.iterator]: () => rows(form, xml) } };
}

function* rows(form: Form, xml: string): Generator<Found, void> {
  let line = 0;
  for (const element of childrenOfRoot(xml)) {
    if (element.name === form.meter) {
      line += 1;
      yield rowOf(form, element, line);
    }
  }
}

function rowOf(form: Form, meter: XmlElement, line: number): Found {
  const serial = textAt(meter, form.serial);
  if (!NUMBER.test(serial)) {
    return rejected(line, "METER_NAMELESS", `expected 8 digits in ${form.serial}`);
  }
  const maker = makerOf(textAt(meter, form.maker));
  if (maker === null) {
    return rejected(line, "MAKER_MISSING", `expected a FLAG code in ${form.maker}`);
  }
  const named = form.keysOf(meter).filter(({ value }) => value !== "");
  const sorted = sortKeys(line, named);
  if (sorted === null) {
    return rejected(line, "KEY_AMBIGUOUS", "two keys of the same name differ");
  }
  if (sorted.keys.key === undefined) {
    return rejected(line, "KEY_MISSING", "expected a data encryption key");
  }
  const number = textAt(meter, form.number);
  return {
    line,
    row: {
      address: `${maker}-${serial}`,
      ...sorted.keys,
      ...(number === "" || number === serial ? {} : { name: number }),
    },
    warnings: sorted.warnings,
  };
}

/** KEM is Kamstrup's own form: a file that names no maker means Kamstrup. */
function makerOf(text: string): string | null {
  if (text === "") {
    return "KAM";
  }
  return FLAG.test(text) ? text.toUpperCase() : null;
}

/** `<Name>DEK</Name><Value>…</Value>`, in whatever elements they stand. */
function pairsOf(element: XmlElement): NamedKey[] {
  const name = textAt(element, "Name");
  const value = textAt(element, "Value");
  const own = name !== "" && value !== "" ? [{ name, value }] : [];
  return [...own, ...element.children.flatMap(pairsOf)];
}
