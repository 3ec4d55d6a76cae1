/**
 * Explains a DLMS APDU, or an authentication token, field by field; ciphertext appears as a
 * length only.
 *
 * @module
 */
import { addressParts, formatAddress } from "../../meters/address.ts";
import { type AddRow, hexOf } from "../inspect/inspection.ts";
import type { RawAddress } from "../sealed-frame.ts";
import { type ApduHeader, readApdu } from "./apdu.ts";
import type { GeneralHeader } from "./general.ts";
import { isAuthenticated, isEncrypted, securityMeaning, suiteOf, TAG_LENGTH } from "./security.ts";
import { apduTag } from "./tags.ts";

/** Adds the rows of an APDU; answers the address that its system title is. */
export function addApdu(apdu: Uint8Array, add: AddRow): string | null {
  const header = readApdu(apdu);
  const { tag, systemTitle, general, length, securityControl } = header;
  const { kind, name } = apduTag(tag);
  add("tag", hexOf(tag), name);
  if (general !== null) {
    addGeneral(general, add);
  }
  const address = systemTitle === null ? null : addTitle(systemTitle, add);
  if (length >= 0) {
    add("APDU length", String(length), "by the length field");
  }
  if (securityControl >= 0) {
    if (kind === "dedicated") {
      add("key", "dedicated", "of one association: the request that opened it transports the key");
    }
    addSecurity(header, add);
  }
  return address;
}

/** Adds the rows of an authentication token (HLS5 GMAC). */
export function addToken(token: Uint8Array, add: AddRow): null {
  const securityControl = token[0]!;
  add("transport", "none", "authentication token (HLS5 GMAC): the answer to a challenge");
  add("security control", hexOf(securityControl), securityMeaning(securityControl));
  add("invocation counter", String(Buffer.from(token).readUInt32BE(1)), "must grow");
  add("authentication tag", `${TAG_LENGTH} bytes`, "over the challenge, which is not in the token");
  addKeys(securityControl, add);
  return null;
}

function addGeneral(general: GeneralHeader, add: AddRow): void {
  const { transactionId, recipient, dateTime, otherInformation, keyInfo } = general;
  add("transaction-id", shown(transactionId), "covered by the tag, as all of this header");
  add("recipient", shown(recipient), "system title of the addressee");
  add("date-time", dateTime.length === 0 ? "absent" : `${dateTime.length} bytes`);
  add("other-information", `${otherInformation.length} bytes`);
  add("key-info", general.refusal === null ? "on file" : "not on file", keyInfo);
}

function shown(bytes: Uint8Array): string {
  if (bytes.length === 0) {
    return "absent";
  }
  return bytes.length <= 10 ? hexOf(...bytes) : `${bytes.length} bytes`;
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

function addSecurity({ securityControl, counter, body, end, stop }: ApduHeader, add: AddRow): void {
  add("security control", hexOf(securityControl), securityMeaning(securityControl));
  add("invocation counter", String(counter), "must grow from frame to frame");
  const authenticated = isAuthenticated(securityControl);
  const payload = Math.max(0, end - body - (authenticated ? TAG_LENGTH : 0));
  const encrypted = isEncrypted(securityControl);
  add(encrypted ? "ciphertext" : "payload", `${payload} bytes`, encrypted ? "encrypted" : "clear");
  if (authenticated) {
    add("authentication tag", `${TAG_LENGTH} bytes`, "GCM tag, 96 of 128 bits");
  }
  if (stop === null) {
    addKeys(securityControl, add);
  }
}

function addKeys(securityControl: number, add: AddRow): void {
  const authenticated = isAuthenticated(securityControl);
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
