/**
 * Every screen of the collecting page with something on it, for pictures and for tests.
 *
 * @module
 */
import type {
  Brand,
  ClosedReason,
  FileOutcome,
  KeyRow,
  Offer,
  Screen,
  ShownReceipt,
} from "../../src/web/collect/contract.ts";

type KeysScreen = Extract<Screen, { at: "keys" }>;
type PinScreen = Extract<Screen, { at: "pin" }>;

/** When it is in the gallery. */
export const GALLERY_NOW = Date.parse("2026-11-23T08:30:00Z");

export const GALLERY_BRAND: Brand = {
  name: "Stadtwerke Musterstadt",
  logo: null,
  phone: "+49 30 1234 5678",
  email: "schluessel@stadtwerke.example",
};

const OFFER: Offer = {
  sender: "Stadtwerke Musterstadt, Anna Østergaard",
  to: "Wohnungsgenossenschaft Łąka eG",
  purpose: "Auftrag 4711, Wasserzähler in Haus 4",
  count: 128,
  reference: "REF-7K3Q-9D",
  createdAt: "2026-11-20T09:12:00.000Z",
  expiresAt: "2026-11-27T16:00:00.000Z",
  tier: 1,
  opened: 2,
  lastOpenedAt: "2026-11-22T14:03:00.000Z",
};

const PIN: PinScreen = {
  at: "pin",
  offer: OFFER,
  returning: false,
  fault: null,
  working: null,
  offline: false,
};

const KEYS: KeysScreen = {
  at: "keys",
  offer: OFFER,
  meters: 128,
  keys: 256,
  issuer: "9F2C-44A1-0B7E-D310-55C8-7A9E-21F4-6D03",
  windowEndsAt: "2026-11-24T08:30:00.000Z",
  inner: null,
  working: null,
  file: null,
  idleSeconds: null,
  offline: false,
};

const RECEIPT: ShownReceipt = {
  reference: OFFER.reference,
  sender: OFFER.sender,
  to: OFFER.to,
  purpose: OFFER.purpose,
  meters: 128,
  keys: 256,
  name: "Zofia Kowalska",
  at: "2026-11-23T08:41:12.000Z",
  confirmedAt: "2026-11-23T08:41:13.000Z",
  issuer: KEYS.issuer,
  packageHash: "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg",
  signature:
    "MEUCIQDn0Yx4oYgW2bq3hXcVq1s9l2a7m8f0kPq4rT6uV8wXyAIgZb1d3f5h7j9l1n3p5r7t9v1x3z5B7D9F1H3J",
  publicKey:
    "BAxB2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0u1V2w3X4y5Z6a7B8c9D0e1F2g3H4i5J6k7L8m9N0o1P2q3",
  receipt: "eyJ2IjoxLCJyZWZlcmVuY2UiOiJSRUYtN0szUS05RCIsIm5hbWUiOiJab2ZpYSBLb3dhbHNrYSJ9",
};

const REFUSED: FileOutcome = {
  ok: true,
  format: "wmbusmeters",
  fileName: "REF-7K3Q-9D-wmbusmeters.zip",
  refused: [
    { row: 3, serial: "76348803", code: "KEY_LENGTH" },
    { row: 1041, serial: "76349841", code: "KEY_TYPE" },
    { row: 1042, serial: "0018B200000004D2", code: "ADDRESS_KIND" },
  ],
};

const REASONS: readonly ClosedReason[] = [
  "collected",
  "confirmed",
  "expired",
  "revoked",
  "locked",
  "lapsed",
  "unknown",
  "damaged",
  "storage",
  "unsupported",
  "wiped",
];

/** What a stranger's link is answered with, and what the browser itself lacks: no offer then. */
const WITHOUT_OFFER: readonly ClosedReason[] = ["unknown", "storage", "unsupported"];

/** Screens by name. */
export const GALLERY: Readonly<Record<string, Screen>> = {
  loading: { at: "loading" },
  paste: { at: "paste", fault: null },
  "paste-fault": { at: "paste", fault: "LINK_FORMAT" },
  pin: PIN,
  "pin-first": { ...PIN, offer: { ...OFFER, opened: 0, lastOpenedAt: null } },
  "pin-wrong": { ...PIN, fault: { code: "PIN_WRONG", left: 2 } },
  "pin-mismatch": { ...PIN, returning: true, fault: { code: "PIN_MISMATCH" } },
  "pin-returning": { ...PIN, returning: true },
  "pin-working": { ...PIN, working: { step: "stretching", part: 0.4 } },
  "pin-offline": { ...PIN, offline: true },
  keys: KEYS,
  "keys-saved": {
    ...KEYS,
    file: { ok: true, format: "csv", fileName: "REF-7K3Q-9D.csv", refused: [] },
  },
  "keys-refused": { ...KEYS, file: REFUSED },
  "keys-nothing": {
    ...KEYS,
    file: {
      ok: false,
      format: "wmbusmeters",
      code: "NOTHING_WRITTEN",
      option: null,
      refused: REFUSED.refused,
    },
  },
  "keys-option": {
    ...KEYS,
    file: { ok: false, format: "cms", code: "FORMAT_OPTION", option: "certificate", refused: [] },
  },
  "keys-working": { ...KEYS, working: { step: "confirming", part: null } },
  "keys-idle": { ...KEYS, idleSeconds: 95 },
  "keys-offline": { ...KEYS, offline: true },
  "inner-age": {
    ...KEYS,
    inner: {
      kind: "age",
      recipient: "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
    },
  },
  "inner-cms": {
    ...KEYS,
    inner: { kind: "cms", recipient: "SHA-256 5B:0A:11:7E:9C:44:20:D3:8F:61:07:B2" },
  },
  receipt: { at: "receipt", receipt: RECEIPT },
  offline: { at: "offline", offer: OFFER },
  "offline-at-once": { at: "offline", offer: null },
  ...Object.fromEntries(
    REASONS.map((reason) => [
      `closed-${reason}`,
      {
        at: "closed",
        reason,
        offer: WITHOUT_OFFER.includes(reason) ? null : OFFER,
        claimedAt: reason === "collected" ? "2026-11-22T18:20:00.000Z" : null,
      } satisfies Screen,
    ]),
  ),
};

/** One of the gallery's keys; two to a meter, the second AES-256. */
export function galleryRow(index: number): KeyRow {
  const meter = index >> 1;
  const serial = String(76_348_799 + meter);
  const long = index % 2 === 1;
  return {
    index,
    serial,
    manufacturer: "KAM",
    address: `KAM-${serial}/1B/16`,
    name: meter % 3 === 0 ? `Haus 4, Wohnung ${meter + 1}` : null,
    profile: "wmbus",
    type: long ? "guek" : "mk",
    algorithm: long ? "AES-256" : "AES-128",
    keyVersion: long ? 2 : 1,
    kcv: ((index * 7_919 + 0xa10000) & 0xffffff).toString(16).padStart(6, "0"),
  };
}

/** The gallery's key of a row: of nothing, but of the right length. */
export function galleryKey(index: number): string {
  const digits = index % 2 === 1 ? 64 : 32;
  return (index + 0xace0).toString(16).repeat(16).slice(0, digits).padEnd(digits, "5");
}
