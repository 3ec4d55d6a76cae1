/**
 * Canonical JSON: RFC 8785 for the values that signed statements hold.
 *
 * Strings, booleans, null and whole numbers below 2^53: for these, ECMAScript's own
 * serialisation is the canonical one (RFC 8785 §3.2.2) once the names are sorted by UTF-16
 * code units (§3.2.3).
 *
 * @module
 */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | readonly Canonical[]
  | { readonly [name: string]: Canonical };

/** Writes the one text of a value. */
export function canonicalJson(value: Canonical): string {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new RangeError("canonical JSON: expected whole numbers below 2^53");
  }
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item: Canonical) => canonicalJson(item)).join(",")}]`;
  }
  const fields = value as { readonly [name: string]: Canonical };
  const names = Object.keys(fields).sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((n) => `${JSON.stringify(n)}:${canonicalJson(fields[n] ?? null)}`).join(",")}}`;
}
