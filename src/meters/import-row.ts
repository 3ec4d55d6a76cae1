/**
 * One row of an import file, checked: what cannot be enrolled is named by a code.
 *
 * No message quotes the row: it may hold a key.
 *
 * @module
 */
import { z } from "zod";
import type { KeyType, Profile } from "../../keystore/index.ts";
import { AddressError, addressParts, parseAddress, type RawAddress } from "./address.ts";
import type { Enrolment } from "./enrol.ts";
import { defaultProfile, PROFILES, parseProfile } from "./profiles.ts";
import type { Remark } from "./remark.ts";
import { isPublishedKey, isRegularKey } from "./weak-keys.ts";

const text = z.string().max(200).optional();

const REGULAR = "the key is a sequence or made of the meter's number: it was not drawn at random";

/** Column names as in a CSV file; JSON's own style is taken too. */
export const ImportRow = z.strictObject({
  line: z.int().min(0).optional(),
  address: z.string().max(64),
  profile: text,
  key: text,
  auth_key: text,
  master_key: text,
  authKey: text,
  masterKey: text,
  name: text,
  order: text,
  customer: z.string().max(64).optional(),
});

export type ImportRow = z.infer<typeof ImportRow>;

export interface ImportDefaults {
  readonly profile: string | undefined;
  readonly order: string | undefined;
  readonly allowWeak: boolean;
  readonly allowUnauthenticated: boolean;
}

export interface CheckedRow {
  readonly enrolment: Enrolment;
  readonly warnings: readonly Remark[];
  /** The profile was not given: it follows from address and key length. */
  readonly assumedProfile: boolean;
}

/** Answers the enrolment, or why not. */
export function checkRow(
  row: ImportRow,
  line: number,
  defaults: ImportDefaults,
): CheckedRow | Remark {
  try {
    return check(row, line, defaults);
  } catch (error) {
    if (error instanceof Rejection) {
      return { line, code: error.code, detail: error.message };
    }
    if (error instanceof AddressError) {
      return { line, code: error.code, detail: error.message };
    }
    throw error;
  }
}

class Rejection extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

function check(row: ImportRow, line: number, defaults: ImportDefaults): CheckedRow {
  const address = parseAddress(row.address);
  const columns = {
    key: hexKey(row.key, "key"),
    auth: hexKey(row.auth_key ?? row.authKey, "auth_key"),
    master: hexKey(row.master_key ?? row.masterKey, "master_key"),
  };
  const named = blankToUndefined(row.profile) ?? defaults.profile;
  const profile =
    named === undefined
      ? defaultProfile(address.kind, columns.key?.length ?? null)
      : parseProfile(named);
  if (profile === null) {
    throw new Rejection("PROFILE_UNKNOWN", "there is no such profile in this release");
  }
  const facts = PROFILES[profile];
  if (facts.address !== null && facts.address !== address.kind) {
    throw new Rejection("PROFILE_ADDRESS", `profile ${profile}: expected another kind of address`);
  }
  const keys = keysOf(profile, columns);
  const weak = keys.some(({ key }) => isPublishedKey(key));
  if (weak && !defaults.allowWeak) {
    throw new Rejection(
      "KEY_WEAK",
      "the key is published: import it with --allow-weak if it is so",
    );
  }
  const number = numberBytes(address);
  const isRegular = !weak && keys.some(({ key }) => isRegularKey(key, number));
  return {
    enrolment: {
      line,
      address,
      profile,
      name: blankToUndefined(row.name) ?? null,
      order: blankToUndefined(row.order) ?? defaults.order ?? null,
      allowUnauthenticated: defaults.allowUnauthenticated,
      keys,
    },
    warnings: [
      ...(weak ? [{ line, code: "KEY_WEAK", detail: "the key is published" }] : []),
      ...(isRegular ? [{ line, code: "KEY_REGULAR", detail: REGULAR }] : []),
    ],
    assumedProfile: named === undefined && keys.length > 0,
  };
}

/** The number on the label, whatever the kind of address. */
function numberBytes(address: RawAddress): Uint8Array {
  return Buffer.from(addressParts(address).serial, "hex");
}

interface Columns {
  readonly key: Uint8Array | null;
  readonly auth: Uint8Array | null;
  readonly master: Uint8Array | null;
}

function keysOf(profile: Profile, { key, auth, master }: Columns): Enrolment["keys"] {
  const facts = PROFILES[profile];
  if (profile === "lorawan" && (key === null) !== (auth === null)) {
    throw new Rejection(
      "KEY_MISSING",
      "profile lorawan: expected AppSKey and NwkSKey in key and auth_key, or the AppKey in master_key",
    );
  }
  if (profile !== "lorawan" && key === null && (auth !== null || master !== null)) {
    throw new Rejection("KEY_MISSING", "key: expected one beside auth_key or master_key");
  }
  const all: { type: Exclude<KeyType, "root"> | null; key: Uint8Array | null }[] = [
    { type: facts.key, key },
    { type: facts.authKey, key: auth },
    { type: facts.masterKey, key: master },
  ];
  return all.flatMap((entry) => {
    if (entry.key === null) {
      return [];
    }
    if (entry.type === null) {
      throw new Rejection("PROFILE_MISMATCH", `profile ${profile}: has no auth_key or master_key`);
    }
    if (entry.key.length !== facts.keyLength) {
      throw new Rejection(
        "KEY_LENGTH",
        `profile ${profile}: expected keys of ${facts.keyLength} bytes, got ${entry.key.length}`,
      );
    }
    return [{ type: entry.type, key: entry.key }];
  });
}

function hexKey(value: string | undefined, column: string): Uint8Array | null {
  const hex = value?.replace(/[\s:-]/g, "") ?? "";
  if (hex === "") {
    return null;
  }
  if (!/^([0-9a-fA-F]{2})+$/.test(hex)) {
    throw new Rejection("KEY_FORMAT", `${column}: expected hex digits in pairs`);
  }
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function blankToUndefined(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value.trim();
}

/** Tells whether a row carries a key. */
export function carriesKey(row: ImportRow): boolean {
  return [row.key, row.auth_key, row.authKey, row.master_key, row.masterKey].some(
    (value) => blankToUndefined(value) !== undefined,
  );
}
