/**
 * Which column of a file is which of ours.
 *
 * A file without a header would show keys in the place of names: no message quotes the header.
 *
 * @module
 */
import { Misuse } from "../errors.ts";

/** What the service takes, and parts that an address or a row is put together from. */
const COLUMNS = [
  ...["address", "profile", "key", "auth_key", "master_key", "name", "order"],
  ...["serial", "manufacturer", "version", "medium", "system_title", "dev_eui", "key_type"],
] as const;

export type ImportColumn =
  | ("address" | "profile" | "key" | "auth_key" | "master_key" | "name" | "order")
  | ("serial" | "manufacturer" | "version" | "medium" | "system_title" | "dev_eui" | "key_type");

/** Columns whose content nobody may see. */
export const KEY_COLUMNS: readonly ImportColumn[] = ["key", "auth_key", "master_key"];

/** One of these must be there. */
const NAMING: readonly ImportColumn[] = ["address", "serial", "system_title", "dev_eui"];

/**
 * What the field calls these columns, in the languages that shipment files come in; the profile
 * says which protocol key it is. `version` and `medium` are read only where --columns names them:
 * in other files they may be decimal, or a version of something else.
 */
const SYNONYMS: Readonly<Partial<Record<ImportColumn, readonly string[]>>> = {
  key: [
    "mk",
    "dek",
    "guek",
    "ek",
    "gpk60",
    "appskey",
    "aes",
    "aeskey",
    "encryptionkey",
    "emeterencryptionkeyunicast",
    "decryptionkey",
    "schlüssel",
    "aesschlüssel",
    "nøgle",
  ],
  auth_key: ["gak", "ak", "gpk61", "nwkskey", "authenticationkey", "emeterauthenticationkey"],
  master_key: ["kek", "appkey", "masterkey", "emetermasterkey"],
  serial: [
    "serialno",
    "serialnumber",
    "serialnr",
    "seriennummer",
    "seriennr",
    "serienummer",
    "zählernummer",
    "zählernr",
    "meterserial",
    "meterno",
    "meternumber",
    "meterid",
    "målernummer",
    "deviceid",
    "devicenumber",
    "identnr",
    "fabriknummer",
    "numerseryjny",
    "numerodiserie",
    "númerodeserie",
  ],
  manufacturer: [
    "manufacturerid",
    "maker",
    "vendor",
    "vendorid",
    "flag",
    "flagid",
    "mfct",
    "hersteller",
    "herstellercode",
    "fabrikant",
    "producent",
    "produttore",
    "fabricante",
  ],
  system_title: ["systemtitle", "dlmssystemtitle"],
  dev_eui: ["deveui"],
  key_type: ["keytype"],
  name: ["metername"],
};

const OURS: ReadonlyMap<string, ImportColumn> = new Map([
  ...COLUMNS.filter((name) => name !== "version" && name !== "medium").map(
    (name) => [fold(name), name as ImportColumn] as const,
  ),
  ...Object.entries(SYNONYMS).flatMap(([ours, names]) =>
    names.map((name) => [fold(name), ours as ImportColumn] as const),
  ),
]);

/** Place of each of our columns in a record. */
export type Places = ReadonlyMap<ImportColumn, number>;

/** Reads `address=Serial,key=DEK`. */
export function parseColumns(text: string): ReadonlyMap<ImportColumn, string> {
  const chosen = new Map<ImportColumn, string>();
  for (const pair of text.split(",")) {
    const [ours = "", theirs = ""] = pair.split("=", 2).map((part) => part.trim());
    const column = COLUMNS.find((name) => name === ours.toLowerCase()) as ImportColumn | undefined;
    if (column === undefined || theirs === "" || chosen.has(column)) {
      throw new Misuse(
        `--columns: expected pairs like address=Serial,key=DEK of ${COLUMNS.join(", ")}`,
      );
    }
    chosen.set(column, fold(theirs));
  }
  return chosen;
}

/** @throws {@link Misuse} when the header does not say which meters the lines are about. */
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
    const column = OURS.get(name);
    if (column === undefined || taken.has(place) || chosen.has(column)) {
      return;
    }
    if (places.has(column)) {
      throw new Misuse(`two columns of the file could be ${column}: name one with --columns`);
    }
    places.set(column, place);
  });
  if (!NAMING.some((column) => places.has(column))) {
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

/** Letters and digits only: `Serial No.`, `serial_no` and `SerialNo` are one name. */
function fold(name: string): string {
  const bare = name.normalize("NFC").toLowerCase();
  return bare.replace(/[^\p{L}\p{N}]/gu, "") || bare.trim();
}
