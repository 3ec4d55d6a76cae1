/**
 * Explains a DLMS frame header by header; ciphertext appears as a length only.
 *
 * @module
 */
import { addressParts, formatAddress } from "../../meters/address.ts";
import { type AddRow, hexOf } from "../inspection.ts";
import type { RawAddress } from "../sealed-frame.ts";
import { type ApduHeader, readApdu } from "./apdu.ts";
import { readHdlc } from "./hdlc.ts";
import { isAuthenticated, isEncrypted, securityMeaning, suiteOf, TAG_LENGTH } from "./security.ts";
import { apduTag } from "./tags.ts";

/** Adds the rows of an HDLC frame and its APDU; throws the errors of the HDLC layer. */
export function inspectHdlc(bytes: Uint8Array, add: AddRow): string | null {
  const declared = ((bytes[1]! & 0x07) << 8) | (bytes[2] ?? 0);
  add("transport", "HDLC", "IEC 62056-46, frame format type 3");
  add("HDLC length", String(declared), "bytes between the flags");
  const { destination, source, control, apdu } = readHdlc(bytes);
  add("destination", hexOf(...destination), "HDLC address");
  add("source", hexOf(...source), "HDLC address");
  add("control", hexOf(control), (control & 0xef) === 0x03 ? "UI frame" : "control field");
  add("check sequences", "HCS, FCS", "correct");
  return addApdu(apdu, add);
}

/** Adds the rows of an APDU that comes without a transport. */
export function inspectApdu(bytes: Uint8Array, add: AddRow): string | null {
  add("transport", "none", "APDU as it is");
  return addApdu(bytes, add);
}

function addApdu(apdu: Uint8Array, add: AddRow): string | null {
  const header = readApdu(apdu);
  const { tag, systemTitle, length, securityControl } = header;
  add("tag", hexOf(tag), apduTag(tag).name);
  if (tag === 0xe0 && apdu.length >= 6) {
    addBlockTransfer(apdu, add);
  }
  const address = systemTitle === null ? null : addTitle(systemTitle, add);
  if (length >= 0) {
    add("APDU length", String(length), "by the length field");
  }
  if (securityControl >= 0) {
    addSecurity(apdu, header, add);
  }
  return address;
}

function addTitle(title: Uint8Array, add: AddRow): string | null {
  if (title.length !== 8) {
    add("system title", "none", "known from elsewhere only: the frame does not name its meter");
    return null;
  }
  const address: RawAddress = { kind: "st", bytes: title };
  const { manufacturer } = addressParts(address);
  add(
    "system title",
    hexOf(...title),
    manufacturer === "" ? "no FLAG code" : `manufacturer ${manufacturer}`,
  );
  return formatAddress(address);
}

function addSecurity(apdu: Uint8Array, header: ApduHeader, add: AddRow): void {
  const { securityControl, counter, body } = header;
  add("security control", hexOf(securityControl), securityMeaning(securityControl));
  add("invocation counter", String(counter), "must grow from frame to frame");
  const authenticated = isAuthenticated(securityControl);
  const payload = Math.max(0, apdu.length - body - (authenticated ? TAG_LENGTH : 0));
  const encrypted = isEncrypted(securityControl);
  add(encrypted ? "ciphertext" : "payload", `${payload} bytes`, encrypted ? "encrypted" : "clear");
  if (authenticated) {
    add("authentication tag", `${TAG_LENGTH} bytes`, "GCM tag, 96 of 128 bits");
  }
  if (header.stop !== null) {
    return;
  }
  const suite = suiteOf(securityControl);
  const size = suite === 2 ? 32 : 16;
  const keys = authenticated ? "an encryption and an authentication key" : "an encryption key";
  add("profile", `dlms-suite-${suite}`, `opened by ${keys} of ${size} bytes`);
  add(
    "verification",
    authenticated ? "tag96" : "none",
    authenticated ? "GCM tag" : "encryption only: a change on the way stays unseen",
  );
}

/** IEC 62056-5-3: E0, block control, block number(2), block number acknowledged(2). */
function addBlockTransfer(apdu: Uint8Array, add: AddRow): void {
  const control = apdu[1]!;
  add(
    "block control",
    hexOf(control),
    `${(control & 0x80) === 0 ? "more blocks follow" : "last block"}, window ${control & 0x3f}`,
  );
  add("block number", String((apdu[2]! << 8) | apdu[3]!), "");
}
