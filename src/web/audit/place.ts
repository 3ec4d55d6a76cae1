/**
 * Where in the log the reader is: view, filters and open entry, as they stand in the address bar.
 *
 * In the fragment: it can be sent to a colleague, and no server sees it. Never a token.
 *
 * @module
 */

export const VIEWS = ["all", "refusals", "links", "timeline"] as const;
export type View = (typeof VIEWS)[number];

/** Filters by the names that the service has for them. */
export const FILTERS = [
  "meter",
  "actor",
  "action",
  "customer",
  "outcome",
  "code",
  "reference",
  "from",
  "to",
] as const;
export type FilterName = (typeof FILTERS)[number];
export type Filters = Readonly<Partial<Record<FilterName, string>>>;

export interface Place {
  readonly view: View;
  readonly filters: Filters;
  /** Index of the entry that is open. */
  readonly entry: number | null;
  readonly by: "action" | "actor";
}

const MAX_VALUE = 200;

/** Reads a fragment; what it does not know, it passes over. */
export function placeIn(fragment: string): Place {
  const values = new URLSearchParams(fragment.replace(/^#/, ""));
  const view = VIEWS.find((name) => name === values.get("view")) ?? "all";
  const entry = values.get("entry") ?? "";
  const filters: Partial<Record<FilterName, string>> = {};
  for (const name of FILTERS) {
    const value = (values.get(name) ?? "").slice(0, MAX_VALUE);
    if (value !== "" && !isSecret(value)) {
      filters[name] = value;
    }
  }
  return {
    view,
    filters,
    entry: /^\d{1,15}$/.test(entry) ? Number(entry) : null,
    by: values.get("by") === "actor" ? "actor" : "action",
  };
}

/** Writes the fragment of a place. */
export function fragmentOf({ view, filters, entry, by }: Place): string {
  const values = new URLSearchParams();
  if (view !== "all") {
    values.set("view", view);
  }
  for (const name of FILTERS) {
    const value = filters[name];
    if (value !== undefined && value !== "") {
      values.set(name, value);
    }
  }
  if (by !== "action") {
    values.set("by", by);
  }
  if (entry !== null) {
    values.set("entry", String(entry));
  }
  return `#${values}`;
}

/** With one filter set, or removed when `value` is empty; an open entry is closed. */
export function withFilter(place: Place, name: FilterName, value: string): Place {
  const { [name]: _old, ...rest } = place.filters;
  return { ...place, entry: null, filters: value === "" ? rest : { ...rest, [name]: value } };
}

/** What the service is asked for: the view's own condition stands above the filters. */
export function queryOf({ view, filters }: Place): Filters {
  return view === "refusals" ? { ...filters, outcome: "refused" } : filters;
}

/** A token pasted into the wrong field goes nowhere. */
export function isSecret(text: string): boolean {
  return /\bms_\w+_/.test(text);
}
