/**
 * The tags of xDLMS and ACSE APDUs (IEC 62056-5-3): what they are and who ciphers them.
 *
 * @module
 */

/**
 * Which rules a tag follows: ciphered under a key of the meter, under the key of one association,
 * or not at all.
 */
export type ApduKind =
  | "global"
  | "dedicated"
  | "general-signing"
  | "block-transfer"
  | "clear"
  | "unknown";

export interface ApduTag {
  readonly kind: ApduKind;
  readonly name: string;
}

const UNKNOWN: ApduTag = { kind: "unknown", name: "unknown tag" };
const TABLE: ApduTag[] = new Array<ApduTag>(256).fill(UNKNOWN);

/** Looks a tag up. */
export function apduTag(tag: number): ApduTag {
  return TABLE[tag] ?? UNKNOWN;
}

const CLEAR: Readonly<Record<number, string>> = {
  1: "initiate-request",
  5: "read-request",
  6: "write-request",
  8: "initiate-response",
  12: "read-response",
  13: "write-response",
  14: "confirmed-service-error",
  15: "data-notification",
  22: "unconfirmed-write-request",
  24: "information-report-request",
  96: "AARQ",
  97: "AARE",
  98: "RLRQ",
  99: "RLRE",
  192: "get-request",
  193: "set-request",
  194: "event-notification-request",
  195: "action-request",
  196: "get-response",
  197: "set-response",
  199: "action-response",
  216: "exception-response",
};
for (const [tag, name] of Object.entries(CLEAR)) {
  TABLE[Number(tag)] = { kind: "clear", name };
}

// A ciphered service has the tag of the clear one plus 20 (glo) or 40 (ded); from C0 on 8 and 10.
for (const tag of [0x01, 0x05, 0x06, 0x08, 0x0c, 0x0d, 0x0e, 0x16, 0x18]) {
  TABLE[tag + 0x20] = { kind: "global", name: `glo-${CLEAR[tag]}` };
  TABLE[tag + 0x40] = { kind: "dedicated", name: `ded-${CLEAR[tag]}` };
}
for (const tag of [0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc7]) {
  TABLE[tag + 0x08] = { kind: "global", name: `glo-${CLEAR[tag]}` };
  TABLE[tag + 0x10] = { kind: "dedicated", name: `ded-${CLEAR[tag]}` };
}
TABLE[0xdb] = { kind: "global", name: "general-glo-ciphering" };
TABLE[0xdc] = { kind: "dedicated", name: "general-ded-ciphering" };
TABLE[0xdd] = { kind: "global", name: "general-ciphering" };
TABLE[0xdf] = { kind: "general-signing", name: "general-signing" };
TABLE[0xe0] = { kind: "block-transfer", name: "general-block-transfer" };
