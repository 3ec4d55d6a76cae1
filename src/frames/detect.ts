/**
 * Tells the transports apart by their bytes.
 *
 * A wM-Bus frame may begin with any L, so with any DLMS tag as well. What decides: an APDU whose
 * length fields end exactly at the end of the frame, then a C field of EN 13757-4 in second place,
 * then the tag.
 *
 * @module
 */
import { isEncrypt0 } from "./cose/encrypt0.ts";
import { declaredEnd } from "./dlms/apdu.ts";
import { isToken } from "./dlms/gmac-token.ts";
import { isHdlc } from "./dlms/hdlc.ts";
import { apduTag } from "./dlms/tags.ts";
import { isWrapper } from "./dlms/wrapper.ts";
import { formatALength, isControlField, LINK_HEADER } from "./wmbus/link.ts";

export type Transport =
  | "wmbus"
  | "hdlc"
  | "apdu"
  | "mbus"
  | "wrapper"
  | "gmac"
  | "cose"
  | "unknown";

/** L of the shortest encrypted wM-Bus frame: ELL II with its CRC and one byte. */
const SHORTEST_ENCRYPTED = 0x13;

/** Says what a frame travels in; `unknown` if nothing fits. */
export function detectTransport(bytes: Uint8Array): Transport {
  if (bytes.length < 2) {
    return "unknown";
  }
  const first = bytes[0]!;
  const second = bytes[1]!;
  if (isHdlc(bytes)) {
    return "hdlc";
  }
  if (isEncrypt0(bytes)) {
    return "cose";
  }
  if (first === 0x68 && isWiredLongFrame(bytes)) {
    return "mbus";
  }
  // A frame of L = 10 has 17 bytes as well; its C field tells.
  if (isToken(bytes) && !isControlField(second)) {
    return "gmac";
  }
  if (isWrapper(bytes)) {
    return "wrapper";
  }
  const { kind } = apduTag(first);
  const exact = hasLinkLength(bytes);
  if (declaredEnd(bytes) === bytes.length) {
    // 45 44 with 70 bytes is both: such telegrams are many, ded-read-requests of that length few.
    const isBoth = kind === "dedicated" && first < 0x80 && exact && isControlField(second);
    return isBoth ? "wmbus" : "apdu";
  }
  if (looksLikeWmbus(bytes, exact, kind === "clear")) {
    return "wmbus";
  }
  return kind === "unknown" ? "unknown" : "apdu";
}

function hasLinkLength({ 0: l = 0, length }: Uint8Array): boolean {
  return l >= LINK_HEADER && (length === l + 1 || length === formatALength(l));
}

/**
 * Mostly the C field decides, or the length where the C field is damaged. Both must speak for it
 * where DLMS is likelier: 0F 40 begins a notification in clear (a wM-Bus frame so short holds
 * nothing encrypted), DB 08 and E0 40 begin APDUs, and DB 08 … 82 has the length of an APDU where
 * wM-Bus has its CI field.
 */
function looksLikeWmbus(bytes: Uint8Array, exact: boolean, clear: boolean): boolean {
  const [l, c] = [bytes[0]!, bytes[1]!];
  const both = exact && isControlField(c);
  if (clear) {
    return l < SHORTEST_ENCRYPTED ? both : isControlField(c);
  }
  if (l < 0xc0) {
    return exact || isControlField(c);
  }
  const glo = l === 0xdb && (bytes[LINK_HEADER] === 0x81 || bytes[LINK_HEADER] === 0x82);
  return c === 0x44 || c === 0x46 || (both && !glo);
}

/** EN 13757-2: 68 L L 68 … checksum 16. */
function isWiredLongFrame(bytes: Uint8Array): boolean {
  const l = bytes[1]!;
  return bytes[2] === l && bytes[3] === 0x68 && (bytes[l + 5] === 0x16 || !isControlField(l));
}
