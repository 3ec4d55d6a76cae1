/**
 * JSON Canonicalization Scheme (RFC 8785), for the values that entries may hold.
 *
 * Entries hold no floats, so numbers are safe integers and their form is ECMAScript's own;
 * strings are those of `JSON.stringify` (RFC 8785 §3.2.2.2); names are sorted by UTF-16 code
 * units (§3.2.3). Lone surrogates are refused.
 *
 * @module
 */
import type { Json } from "./entry.ts";

/** @throws {RangeError} for a number that is no safe integer, a lone surrogate or undefined. */
export function canonicalJson(value: Json): string {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) {
      throw new RangeError("canonical JSON: expected integers below 2^53");
    }
    return `${value}`;
  }
  if (typeof value === "string") {
    if (/\p{Surrogate}/u.test(value)) {
      throw new RangeError("canonical JSON: expected well-formed Unicode");
    }
    return JSON.stringify(value);
  }
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  if (isList(value)) {
    // Access sets are long lists of integers: for these JSON.stringify is canonical as it is.
    return isIntegers(value) ? JSON.stringify(value) : `[${value.map(canonicalJson).join(",")}]`;
  }
  if (typeof value !== "object") {
    throw new RangeError("canonical JSON: expected a JSON value");
  }
  const members = Object.keys(value)
    // UTF-16 code units (RFC 8785 §3.2.3): what `<` compares.
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => `${canonicalJson(name)}:${canonicalJson(value[name] as Json)}`);
  return `{${members.join(",")}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Safe integers, or lists of them in any depth. */
function isIntegers(list: readonly Json[]): boolean {
  for (const item of list) {
    if (!(Number.isSafeInteger(item) || (isList(item) && isIntegers(item)))) {
      return false;
    }
  }
  return true;
}
