/**
 * Explains an address of EN 13757.
 *
 * @module
 */
import { formatAddress } from "../../meters/address.ts";
import { type AddRow, hexOf } from "../inspect/inspection.ts";
import { deviceTypeName } from "./device-types.ts";

/** Adds the rows of M(2) ‖ A(6). */
export function addAddress(field: string, bytes: Uint8Array, add: AddRow): void {
  const text = formatAddress({ kind: "wmbus", bytes });
  add(field, text, "manufacturer, number, version, device type");
  add("version", hexOf(bytes[6]!), "version or generation of the device");
  add("device type", hexOf(bytes[7]!), deviceTypeName(bytes[7]!));
}
