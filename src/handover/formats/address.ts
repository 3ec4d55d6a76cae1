/**
 * The address text of a package, taken apart as other programs want it.
 *
 * The package comes from outside: text that is no address of ours names no meter.
 *
 * @module
 */

export interface WmbusAddress {
  readonly kind: "wmbus";
  /** FLAG code, or four hex digits where the field names no maker. */
  readonly manufacturer: string;
  /** Eight digits as on the label; letters A to F are legal in it. */
  readonly serial: string;
  /** Two hex digits each; null where the address leaves them open. */
  readonly version: string | null;
  readonly medium: string | null;
}

export type ParsedAddress =
  | WmbusAddress
  /** DLMS system title or LoRaWAN DevEUI: 16 hex digits. */
  | { readonly kind: "st" | "eui"; readonly hex: string };

const FLAG_ADDRESS = /^([A-Z]{3}|[0-9A-F]{4})-([0-9A-F]{8})(?:\/([0-9A-F]{2})\/([0-9A-F]{2}))?$/;
const LONG_ADDRESS = /^(st|eui):([0-9A-F]{16})$/;

/** Reads `KAM-76348799`, `KAM-76348799/1B/16`, `st:…` or `eui:…`; null for other text. */
export function parseAddressText(text: string): ParsedAddress | null {
  const flag = FLAG_ADDRESS.exec(text);
  if (flag !== null) {
    const [, manufacturer = "", serial = "", version = null, medium = null] = flag;
    return { kind: "wmbus", manufacturer, serial, version, medium };
  }
  const [, kind, hex = ""] = LONG_ADDRESS.exec(text) ?? [];
  return kind === "st" || kind === "eui" ? { kind, hex } : null;
}
