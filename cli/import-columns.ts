/**
 * Which column of a file is which of ours.
 *
 * A file without a header would show keys in the place of names: no message quotes the header.
 *
 * @module
 */
import { Misuse } from "./errors.ts";

const COLUMNS = ["address", "profile", "key", "auth_key", "master_key", "name", "order"] as const;

export type ImportColumn = (typeof COLUMNS)[number];

/** Columns whose content nobody may see. */
export const KEY_COLUMNS: readonly ImportColumn[] = ["key", "auth_key", "master_key"];

/** What the field calls these columns; the profile says which protocol key it is. */
const SYNONYMS: Readonly<Record<string, ImportColumn>> = {
  mk: "key",
  dek: "key",
  guek: "key",
  ek: "key",
  gpk60: "key",
  gak: "auth_key",
  ak: "auth_key",
  gpk61: "auth_key",
  kek: "master_key",
  appskey: "key",
  nwkskey: "auth_key",
  appkey: "master_key",
};

/** Place of each of our columns in a record. */
export type Places = ReadonlyMap<ImportColumn, number>;

/** Reads `address=Serial,key=DEK`. */
export function parseColumns(text: string): ReadonlyMap<ImportColumn, string> {
  const chosen = new Map<ImportColumn, string>();
  for (const pair of text.split(",")) {
    const [ours = "", theirs = ""] = pair.split("=", 2).map((part) => part.trim());
    const column = COLUMNS.find((name) => name === ours.toLowerCase());
    if (column === undefined || theirs === "" || chosen.has(column)) {
      throw new Misuse(
        `--columns: expected pairs like address=Serial,key=DEK of ${COLUMNS.join(", ")}`,
      );
    }
    chosen.set(column, fold(theirs));
  }
  return chosen;
}

/** @throws {@link Misuse} when the header does not say where the addresses are. */
export function findColumns(
  header: readonly string[],
  chosen: ReadonlyMap<ImportColumn, string>,
): Places {
  const places = new Map<ImportColumn, number>();
  const names = header.map(fold);
  for (const [column, name] of chosen) {
    places.set(column, onlyPlace(names, name, `--columns ${column}`));
  }
  const taken = new Set(places.values());
  names.forEach((name, place) => {
    const column = COLUMNS.find((ours) => ours === name) ?? SYNONYMS[name];
    if (column === undefined || taken.has(place) || chosen.has(column)) {
      return;
    }
    if (places.has(column)) {
      throw new Misuse(`two columns of the file could be ${column}: name one with --columns`);
    }
    places.set(column, place);
  });
  if (!places.has("address")) {
    throw new Misuse("the first line names no column address: name it with --columns address=…");
  }
  return places;
}

function onlyPlace(names: readonly string[], name: string, what: string): number {
  const place = names.indexOf(name);
  if (place < 0 || names.indexOf(name, place + 1) >= 0) {
    throw new Misuse(`${what}: expected exactly one column of that name in the first line`);
  }
  return place;
}

function fold(name: string): string {
  return name.trim().toLowerCase();
}
