/**
 * The keys of an opened package as a list that is read in slices: a page shows some dozens of
 * what may be a hundred thousand.
 *
 * @module
 */
import type {
  ListedKey,
  ListedMeter,
  PackageContent,
} from "../../../handover/protocol/manifest.ts";
import type { KeyRow } from "../contract.ts";

export interface KeyList {
  readonly length: number;
  rows(
    filter: string,
    from: number,
    count: number,
  ): { readonly total: number; readonly rows: readonly KeyRow[] };
  /** Null when there is no such key, or its value lies in an inner layer. */
  value(index: number): string | null;
}

interface Item {
  readonly meter: ListedMeter;
  readonly key: ListedKey & { readonly value?: string };
}

/** More than any screen shows at once. */
const MOST_ROWS = 1000;

export function listKeys({ meters }: PackageContent): KeyList {
  const items: Item[] = [];
  for (const meter of meters) {
    for (const key of meter.keys) {
      items.push({ meter, key });
    }
  }
  let found: { readonly filter: string; readonly places: readonly number[] } | null = null;
  const placesOf = (filter: string): readonly number[] => {
    if (found?.filter !== filter) {
      const places: number[] = [];
      items.forEach((item, place) => {
        if (searchable(item).includes(filter)) {
          places.push(place);
        }
      });
      found = { filter, places };
    }
    return found.places;
  };
  return {
    length: items.length,
    rows(typed, from, count) {
      const filter = typed.trim().toLowerCase();
      const end = from + Math.min(count, MOST_ROWS);
      if (filter === "") {
        const rows = items.slice(from, end).map((item, place) => rowOf(item, from + place));
        return { total: items.length, rows };
      }
      const places = placesOf(filter);
      const rows = places.slice(from, end).flatMap((place) => {
        const item = items[place];
        return item === undefined ? [] : [rowOf(item, place)];
      });
      return { total: places.length, rows };
    },
    value: (index) => items[index]?.key.value ?? null,
  };
}

function searchable({ meter, key }: Item): string {
  const { serial, manufacturer, address, name, profile } = meter;
  return `${serial} ${manufacturer} ${address} ${name ?? ""} ${profile} ${key.type} ${key.kcv}`.toLowerCase();
}

function rowOf({ meter, key }: Item, index: number): KeyRow {
  const { serial, manufacturer, address, name, profile } = meter;
  const { type, algorithm, keyVersion, kcv } = key;
  return {
    index,
    serial,
    manufacturer,
    address,
    name,
    profile,
    type,
    algorithm,
    keyVersion,
    kcv,
  };
}
