/**
 * The kinds of frames that are measured: how long they are in the field, whose key opens them,
 * how they are made, and how the reference opens them.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { KeyType, Profile } from "../keystore/index.ts";
import { encodeDlms } from "./encode/dlms.ts";
import type { WmbusAddress } from "./encode/envelope.ts";
import { encodeMode7, encodeMode10 } from "./encode/oms.ts";
import { encodeEll, encodeMode5 } from "./encode/wmbus.ts";
import {
  openEll,
  openGcm,
  openMode5,
  openMode7,
  openMode10,
  type PlainKeys,
  type PlainOpen,
} from "./plain.ts";

export interface Mode {
  readonly title: string;
  readonly profile: Profile;
  readonly keyType: Exclude<KeyType, "root">;
  readonly keyLength: 16 | 32;
  readonly hasAuth: boolean;
  /** Frame `n` of meter number `meter`; no two are equal. */
  readonly encode: (keys: PlainKeys, meter: number, n: number) => Uint8Array;
  readonly open: PlainOpen;
}

const SHORT = { header: "short", format: "none" } as const;

export const MODE_5: Mode = {
  title: "mode 5, 48 bytes",
  profile: "oms-a",
  keyType: "mk",
  keyLength: 16,
  hasAuth: false,
  encode: ({ key }, meter, n) =>
    encodeMode5({ ...address(meter), ...SHORT, key, acc: n & 255, plaintext: reading(48, n) }),
  open: openMode5,
};

export const MODE_7: Mode = {
  ...MODE_5,
  title: "mode 7, 64 bytes",
  profile: "oms-b",
  encode: ({ key }, meter, n) => {
    const own = { key, acc: n & 255, counter: n + 1, plaintext: reading(64, n) };
    return encodeMode7({ ...address(meter), ...SHORT, ...own, macLength: 8 });
  },
  open: openMode7,
};

export const MODE_10: Mode = {
  ...MODE_5,
  title: "mode 10, 48 bytes",
  profile: "oms-d",
  encode: ({ key }, meter, n) => {
    const own = { key, acc: n & 255, counter: n + 1, plaintext: reading(48, n) };
    return encodeMode10({ ...address(meter), ...SHORT, ...own, tagLength: 8 });
  },
  open: openMode10,
};

export const ELL: Mode = {
  ...MODE_5,
  title: "ELL, 40 bytes",
  profile: "ell",
  keyType: "dek",
  encode: ({ key }, meter, n) => {
    // CI 78 and data records; with the CRC in front these are 40 bytes.
    const plaintext = Buffer.concat([Buffer.of(0x78), reading(37, n).subarray(2), Buffer.of(0, 0)]);
    return encodeEll({ ...address(meter), key, cc: 0x20, sn: n + 1, plaintext, format: "none" });
  },
  open: openEll,
};

export const GCM_SUITE_0: Mode = {
  title: "DLMS suite 0, AES-128-GCM, 120 bytes",
  profile: "dlms-suite-0",
  keyType: "guek",
  keyLength: 16,
  hasAuth: true,
  encode: (keys, meter, n) => encodePush(0, keys, meter, n),
  open: openGcm,
};

export const GCM_SUITE_2: Mode = {
  ...GCM_SUITE_0,
  title: "DLMS suite 2, AES-256-GCM, 120 bytes",
  profile: "dlms-suite-2",
  keyLength: 32,
  encode: (keys, meter, n) => encodePush(2, keys, meter, n),
};

/** The keys of a meter: no secrets, the same in every run. */
export function keysOf({ keyLength, hasAuth }: Mode, meter: number): PlainKeys {
  const draw = (use: string) =>
    createHash("sha256").update(`bench ${use} ${meter}`).digest().subarray(0, keyLength);
  return { key: draw("key"), auth: hasAuth ? draw("auth") : null };
}

/** The address of a meter of modes 5, 7, 10 and ELL, as people type it. */
export function addressText(meter: number): string {
  return `${MAKE.manufacturer}-${numberText(meter)}/68/07`;
}

/** A make whose frames wmbusmeters knows how to decode. */
const MAKE = { manufacturer: "SEN", version: 0x68, medium: 0x07 } as const;

function address(meter: number): WmbusAddress {
  return { ...MAKE, id: numberText(meter) };
}

function numberText(meter: number): string {
  return String(meter).padStart(8, "0");
}

/** 2F2F, a volume, a flow, filled up with 2F. */
function reading(length: number, n: number): Buffer {
  const bytes = Buffer.alloc(length, 0x2f);
  bytes.set([0x04, 0x13], 2);
  bytes.writeUInt32LE(n, 4);
  bytes.set([0x02, 0x3b, 0x00, 0x00], 8);
  return bytes;
}

function encodePush(suite: 0 | 2, { key, auth }: PlainKeys, meter: number, n: number): Uint8Array {
  const systemTitle = Buffer.from(`SEN${numberText(meter).slice(3)}`, "ascii");
  const apdu = Buffer.alloc(120, n & 255);
  apdu[0] = 0x0f;
  return encodeDlms({
    systemTitle,
    suite,
    protection: "auth-enc",
    ek: key,
    ak: auth!,
    invocationCounter: n + 1,
    apdu,
    transport: "bare",
    form: "general-glo",
  });
}
