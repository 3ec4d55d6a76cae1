/**
 * What makers call the keys of a meter, and which column of an import that is.
 *
 * Encryption keys (DEK, GUEK, Kamstrup's GPK60), authentication keys (GAK, GPK61) and master
 * keys; the profile of the meter says which protocol key each one becomes.
 *
 * @module
 */
import type { ReadRemark } from "./read-contract.ts";

export type KeyColumn = "key" | "auth_key" | "master_key";

/** In order of preference: a meter with a DEK and a GPK60 is read by radio with the DEK. */
const NAMES: Readonly<Record<KeyColumn, readonly string[]>> = {
  key: [
    "dek",
    "mk",
    "guek",
    "ek",
    "aes",
    "aeskey",
    "aes128",
    "aes256",
    "key",
    "encryptionkey",
    "gpk60",
    "appskey",
    "cek",
  ],
  auth_key: ["gak", "ak", "authenticationkey", "authkey", "gpk61", "nwkskey"],
  master_key: ["kek", "masterkey", "appkey"],
};

const COLUMNS: ReadonlyMap<string, KeyColumn> = new Map(
  (Object.keys(NAMES) as KeyColumn[]).flatMap((column) =>
    NAMES[column].map((name) => [name, column] as const),
  ),
);

/** The column of a key by its maker's name; null for a key that the service has no use for. */
export function columnOf(name: string): KeyColumn | null {
  return COLUMNS.get(fold(name)) ?? null;
}

export interface NamedKey {
  readonly name: string;
  /** Hex, in any case. */
  readonly value: string;
}

export interface SortedKeys {
  readonly keys: Partial<Record<KeyColumn, string>>;
  readonly warnings: readonly ReadRemark[];
}

/**
 * Sorts the keys of one meter into columns; what has no place is warned of, and so is never lost
 * unseen. Null when two keys of one name differ.
 */
export function sortKeys(line: number, named: readonly NamedKey[]): SortedKeys | null {
  const keys: Partial<Record<KeyColumn, string>> = {};
  const rank = new Map<KeyColumn, number>();
  let unused = 0;
  for (const { name, value } of named) {
    const column = columnOf(name);
    if (column === null) {
      unused += 1;
      continue;
    }
    const order = NAMES[column].indexOf(fold(name));
    const known = rank.get(column);
    if (known === order && keys[column] !== value) {
      return null;
    }
    unused += known !== undefined && known !== order ? 1 : 0;
    if (known === undefined || order < known) {
      rank.set(column, order);
      keys[column] = value;
    }
  }
  return { keys, warnings: unused === 0 ? [] : [leftOut(line, unused)] };
}

function leftOut(line: number, count: number): ReadRemark {
  const keys = count === 1 ? "1 key" : `${count} keys`;
  return { line, code: "KEY_UNUSED", detail: `${keys} of another kind left out` };
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}
