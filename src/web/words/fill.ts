/**
 * Places in an entry, written `{name}`, and what is put there.
 *
 * @module
 */

const PLACE = /\{([a-z]+)\}/;

/** Puts values into an entry; a value is text and is never read as a place again. */
export function fill(entry: string, values: Readonly<Record<string, string>>): string {
  return pieces(entry)
    .map((piece) => (typeof piece === "string" ? piece : (values[piece.place] ?? "")))
    .join("");
}

/** Splits an entry into its text and its places, in order. */
export function pieces(entry: string): (string | { readonly place: string })[] {
  return entry
    .split(PLACE)
    .map((part, at) => (at % 2 === 0 ? part : { place: part }))
    .filter((piece) => piece !== "");
}
