/**
 * Explains a wM-Bus frame header by header; ciphertext appears as a length only.
 *
 * @module
 */
import { formatAddress } from "../../meters/address.ts";
import { type AddRow, hexOf } from "../inspect/inspection.ts";
import { addAddress } from "./inspect-address.ts";
import { inspectLayers } from "./inspect-layers.ts";
import { inspectNeeds } from "./inspect-tpl.ts";
import { readLayers } from "./layers.ts";
import { controlName, LINK_HEADER, type LinkFrame, readLink } from "./link.ts";
import { keyAddress } from "./wmbus.ts";

const FORMATS = {
  A: "CRC after each block, all correct",
  B: "CRC at the end, correct (by chance in 1 of 65 536 frames without CRCs)",
  none: "no link CRCs found",
} as const;

/** Adds the rows of a frame and answers whose key opens it; throws the link layer's errors. */
export function inspectWmbus(bytes: Uint8Array, add: AddRow): string {
  addLinkHeader(bytes, add);
  const link = readLink(bytes)[0]!;
  addFormat(bytes, link, add);
  const frame = link.bytes;
  const layers = readLayers(frame, LINK_HEADER);
  inspectLayers(frame, layers, add);
  const address = formatAddress(keyAddress(frame, layers));
  add("key address", address, "the key of this address opens the frame");
  inspectNeeds(frame, layers, add);
  return address;
}

function addLinkHeader(bytes: Uint8Array, add: AddRow): void {
  add("L", hexOf(bytes[0]!), `length field: ${bytes[0]} bytes follow`);
  add("C", hexOf(bytes[1]!), controlName(bytes[1]!) || "no control field of EN 13757-4");
  if (bytes.length >= LINK_HEADER) {
    addAddress("link address", bytes.subarray(2, LINK_HEADER), add);
  }
}

function addFormat(bytes: Uint8Array, { format, bytes: inner }: LinkFrame, add: AddRow): void {
  add("link format", format === "none" ? "none" : `format ${format}`, FORMATS[format]);
  const spare = bytes.length - bytes[0]! - 1;
  if (format !== "A" && spare > 0) {
    add("trailing bytes", String(spare), "beyond the L field: cut");
  }
  add("length", `${bytes.length} bytes`, `${inner.length} without link CRCs and trailing bytes`);
}
