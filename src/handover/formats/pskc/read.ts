/**
 * PSKC files as meters: the keys of one device become one row.
 *
 * RFC 6030 has one key in a package, so a DLMS meter with three keys is three packages of the same
 * device. Which key is which is told by name (GUEK, GAK, ...); keys of one-time passwords, for
 * which PSKC was made, are no keys of meters.
 *
 * @module
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { columnOf, type NamedKey, sortKeys } from "../key-names.ts";
import {
  type CheckSignature,
  type Found,
  type MeterFile,
  type MeterRow,
  type ReadRemark,
  rejected,
} from "../read-contract.ts";
import { decodeXml } from "../xml/decode.ts";
import { checkXml } from "../xml/element.ts";
import type { PskcSecrets } from "./encryption-key.ts";
import { openPskc, type PskcKey } from "./keys.ts";
import { ADDRESS, newestOnly, ownId } from "./own.ts";

/** Algorithms of RFC 6030 §10 itself: one-time passwords and PINs. */
const OTP = "urn:ietf:params:xml:ns:keyprov:pskc:";

const PROFILE = /^[a-z0-9-]{1,20}$/;

export interface PskcOptions extends PskcSecrets {
  readonly checkSignature: CheckSignature;
}

/** @throws {@link ReadError} */
export async function readPskc(
  bytes: Uint8Array,
  { checkSignature, ...secrets }: PskcOptions,
): Promise<MeterFile> {
  const text = decodeXml(bytes);
  checkXml(text);
  const signed = checkSignature(text);
  const keys = await openPskc(signed?.text ?? text, secrets);
  return {
    form: "pskc",
    signer: signed?.signer ?? null,
    meters: { [Symbol.iterator]: () => meters(keys) },
  };
}

function* meters(keys: Iterable<PskcKey>): Generator<Found, void> {
  const devices = new Map<string, PskcKey[]>();
  for (const key of keys) {
    const own = ownId(key)?.address;
    const id = own ?? JSON.stringify([key.manufacturer, key.serial, key.module]);
    const known = devices.get(id);
    if (known === undefined) {
      devices.set(id, [key]);
    } else {
      known.push(key);
    }
  }
  let line = 0;
  for (const device of devices.values()) {
    line += 1;
    yield rowOf(device, line);
  }
}

function rowOf(device: readonly PskcKey[], line: number): Found {
  const [first] = device;
  const address = first === undefined ? null : addressOf(first);
  if (address === null) {
    return rejected(line, "METER_NAMELESS", "expected a FLAG code and 8 digits in DeviceInfo");
  }
  if (device.some(({ secret }) => secret === null)) {
    return rejected(line, "KEY_INTEGRITY", "a key of this meter does not pass its check");
  }
  const keys = newestOnly(device);
  const sorted = sortKeys(
    line,
    keys.flatMap((key) => namedKey(key, keys.length === 1)),
  );
  if (sorted === null) {
    return rejected(line, "KEY_AMBIGUOUS", "two keys of the same kind differ");
  }
  return sorted.keys.key === undefined && sorted.keys.master_key === undefined
    ? rejected(line, "KEY_MISSING", "expected an encryption key with a value")
    : {
        line,
        row: { address, ...sorted.keys, ...termsOf(first) },
        warnings: [...sorted.warnings, ...olderOnes(line, device.length - keys.length)],
      };
}

/** A key is never left out unseen. */
function olderOnes(line: number, count: number): ReadRemark[] {
  const keys = count === 1 ? "1 key" : `${count} keys`;
  const detail = `${keys} of an older version left out`;
  return count === 0 ? [] : [{ line, code: "KEY_UNUSED", detail }];
}

/** In our own files, profile and name of the meter stand where PSKC has room for them. */
function termsOf(key: PskcKey | undefined): Pick<MeterRow, "profile" | "name"> {
  if (key === undefined || ownId(key) === null) {
    return {};
  }
  return {
    ...(PROFILE.test(key.keyProfile) ? { profile: key.keyProfile } : {}),
    ...(key.friendlyName === "" ? {} : { name: key.friendlyName }),
  };
}

function namedKey(key: PskcKey, isOnly: boolean): NamedKey[] {
  if (key.secret === null || key.secret.length === 0) {
    return [];
  }
  const value = bytesToHex(key.secret);
  if (key.algorithm.startsWith(OTP)) {
    return [{ name: "", value }];
  }
  const labels = [key.keyProfile, key.reference, key.friendlyName, key.id];
  const words = [
    ownId(key)?.type ?? "",
    ...labels,
    ...[key.reference, key.id].flatMap((label) => label.split(/[^A-Za-z0-9]+/)),
  ];
  const name = words.find((word) => columnOf(word) !== null) ?? (isOnly ? "key" : "");
  return [{ name, value }];
}

/** Our own address where the file has one; else what device and maker make together. */
function addressOf(key: PskcKey): string | null {
  const { manufacturer, serial, module, model } = key;
  const own = ownId(key)?.address ?? [module, serial, model].find((text) => ADDRESS.test(text));
  if (own !== undefined) {
    return own;
  }
  // §4.3.1: makers may be written with the register that they are in, as oath.XY.
  const maker = manufacturer.replace(/^(?:oath|iana)\./i, "").toUpperCase();
  if (!/^[A-Z]{3}$/.test(maker)) {
    return /^[0-9A-F]{16}$/i.test(serial) ? `st:${serial}` : null;
  }
  if (/^[0-9A-F]{8}$/i.test(serial)) {
    return `${maker}-${serial}`;
  }
  // IEC 62056-5-3: a system title is the FLAG code in ASCII and five bytes of the maker's own.
  return /^[0-9A-F]{10}$/i.test(serial) ? `st:${asciiHex(maker)}${serial}` : null;
}

function asciiHex(text: string): string {
  return Array.from(text, (letter) => letter.charCodeAt(0).toString(16)).join("");
}
