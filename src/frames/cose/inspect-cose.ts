/**
 * Explains a collector's message; what it carries appears as a length only.
 *
 * @module
 */
import { formatAddress } from "../../meters/address.ts";
import { type AddRow, hexOf } from "../inspect/inspection.ts";
import { addressOf, readEncrypt0, sealEncrypt0 } from "./encrypt0.ts";

/** Adds the rows of a message; throws the errors of its parser. */
export function inspectCose(bytes: Uint8Array, add: AddRow): string | null {
  add("transport", "COSE_Encrypt0", bytes[0] === 0xd0 ? "RFC 9052, tag 16" : "RFC 9052, untagged");
  const { protectedHeader, kid, iv } = readEncrypt0(bytes);
  add("protected header", hexOf(...protectedHeader), "CBOR map, authenticated");
  const address = kid === null ? null : formatAddress(addressOf(kid));
  add("kid", address ?? "none", "the collector whose key opens it");
  add("IV", iv === null ? "none" : hexOf(...iv), "12 bytes, never twice under one key");
  const { ciphertext } = sealEncrypt0(bytes);
  add("ciphertext", `${ciphertext.length} bytes`, "frames of meters, encrypted twice");
  add("profile", "cose", "opened by a content key of 32 bytes");
  add("verification", "tag128", "GCM tag");
  return address;
}
