/**
 * Meter addresses: the text that people type and the raw bytes that travel.
 *
 * The number of a wM-Bus meter is four raw bytes, never an integer: letters are legal in it
 * (EN 13757-3 allows BCD only, the field does not keep to that). Text is read in any case and
 * written in one canonical form, so that equal addresses are equal strings.
 *
 *     KAM-76348799         FLAG manufacturer and number, any version and medium
 *     KAM-76348799/1B/16   the same with version and medium
 *     st:4B414D4501349083  DLMS system title
 *     eui:70B3D57ED0001234 LoRaWAN DevEUI
 *
 * @module
 */

/** Address spaces: wM-Bus M‖A as on air, DLMS system title, LoRaWAN DevEUI. */
export type AddressKind = "wmbus" | "st" | "eui";

/** Raw bytes as on the air: 8 (a FLAG address may be stored with 6: manufacturer and number). */
export interface RawAddress {
  readonly kind: AddressKind;
  readonly bytes: Uint8Array;
}

/** Who made the meter and the number on its label, as far as the address tells. */
export interface AddressParts {
  /** FLAG code; empty where the address does not name a maker. */
  readonly manufacturer: string;
  readonly serial: string;
}

/** Raised for text that is no address; the message never quotes the text. */
export class AddressError extends Error {
  override readonly name = "AddressError";
  readonly code = "ADDRESS_FORMAT";
}

const FLAG_ADDRESS = /^([A-Z]{3}|[0-9A-F]{4})-([0-9A-F]{8})(?:\/([0-9A-F]{2})\/([0-9A-F]{2}))?$/;
const OCTETS = Array.from({ length: 256 }, (_, octet) =>
  octet.toString(16).toUpperCase().padStart(2, "0"),
);
const LONG_ADDRESS = /^(ST|EUI):([0-9A-F]{16})$/;

/**
 * Reads an address in any case.
 *
 * @throws {@link AddressError} `ADDRESS_FORMAT`
 */
export function parseAddress(text: string): RawAddress {
  const upper = text.trim().toUpperCase();
  const long = LONG_ADDRESS.exec(upper);
  if (long !== null) {
    return { kind: long[1] === "ST" ? "st" : "eui", bytes: fromHex(long[2]!) };
  }
  const flag = FLAG_ADDRESS.exec(upper);
  if (flag === null) {
    throw new AddressError(
      "address: expected a FLAG code and 8 hex digits like KAM-76348799, st: or eui: and 16 hex digits",
    );
  }
  const number = fromHex(flag[2]!).reverse();
  const tail = flag[3] === undefined ? "" : flag[3] + flag[4]!;
  return {
    kind: "wmbus",
    bytes: Uint8Array.of(...manufacturerBytes(flag[1]!), ...number, ...fromHex(tail)),
  };
}

/** Writes an address in its canonical form; the inverse of {@link parseAddress}. */
export function formatAddress(address: RawAddress): string {
  const { kind, bytes } = address;
  checkLength(address);
  if (kind !== "wmbus") {
    return `${kind}:${toHex(bytes)}`;
  }
  const name = `${manufacturerCode(bytes[0]! | (bytes[1]! << 8))}-${numberText(bytes)}`;
  return bytes.length === 6
    ? name
    : `${name}/${toHex(bytes.subarray(6, 7))}/${toHex(bytes.subarray(7))}`;
}

/** Splits an address into manufacturer and serial number, for labels and key packages. */
export function addressParts(address: RawAddress): AddressParts {
  const { kind, bytes } = address;
  checkLength(address);
  if (kind === "wmbus") {
    return {
      manufacturer: manufacturerCode(bytes[0]! | (bytes[1]! << 8)),
      serial: numberText(bytes),
    };
  }
  // IEC 62056-5-3: the first three bytes of a system title are the FLAG code in ASCII.
  if (kind === "st" && bytes.subarray(0, 3).every((b) => b >= 0x41 && b <= 0x5a)) {
    return {
      manufacturer: String.fromCharCode(bytes[0]!, bytes[1]!, bytes[2]!),
      serial: toHex(bytes.subarray(3)),
    };
  }
  return { manufacturer: "", serial: toHex(bytes) };
}

/**
 * Names a manufacturer field (EN 62056-21: three letters of 5 bits). A value that is no three
 * letters, e.g. with the top bit set (EN 13757-4: address unique only locally), is four hex
 * digits, so that every address that can be heard can be written.
 */
function manufacturerCode(m: number): string {
  const letters = [(m >> 10) & 0x3f, (m >> 5) & 0x1f, m & 0x1f];
  return letters.every((letter) => letter >= 1 && letter <= 26)
    ? String.fromCharCode(...letters.map((letter) => letter + 64))
    : m.toString(16).toUpperCase().padStart(4, "0");
}

function manufacturerBytes(code: string): [number, number] {
  const m =
    code.length === 4
      ? Number.parseInt(code, 16)
      : ((code.charCodeAt(0) - 64) << 10) |
        ((code.charCodeAt(1) - 64) << 5) |
        (code.charCodeAt(2) - 64);
  return [m & 0xff, m >> 8];
}

function numberText(bytes: Uint8Array): string {
  // Not slice(): that of a Buffer is a view, and reverse() would turn the frame itself round.
  return toHex(Uint8Array.of(bytes[5]!, bytes[4]!, bytes[3]!, bytes[2]!));
}

function checkLength({ kind, bytes }: RawAddress): void {
  if (bytes.length !== 8 && !(kind === "wmbus" && bytes.length === 6)) {
    throw new RangeError(`address of kind ${kind}: got ${bytes.length} bytes`);
  }
}

function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const octet of bytes) {
    hex += OCTETS[octet]!;
  }
  return hex;
}

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
