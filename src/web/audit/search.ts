/**
 * One field for everything that an auditor has in hand: what it is, its form says.
 *
 * @module
 */
import { type FilterName, isSecret } from "./place.ts";

export type Found =
  | { readonly kind: "filter"; readonly name: FilterName; readonly value: string }
  | { readonly kind: "entry"; readonly index: number };

/** Words that stand for values: names of actors and customers, words for actions. */
export type Known = readonly {
  readonly name: FilterName;
  readonly value: string;
  readonly word: string;
}[];

const FORMS: readonly (readonly [RegExp, FilterName])[] = [
  [/^(?:tok_\w+|system)$/, "actor"],
  [/^cus_\w+$/, "customer"],
  [/^REF-[0-9A-Z]+-[0-9A-Z]+$/i, "reference"],
  [/^[a-z]+(?:[.-][a-z_-]+)+$/, "action"],
  [/^[A-Z]+(?:_[A-Z]+)+$/, "code"],
];

/** Null for nothing, and for a token. Whatever has no form of its own is looked for as a meter. */
export function readSearch(typed: string, known: Known): Found | null {
  const text = typed.trim();
  if (text === "" || isSecret(text)) {
    return null;
  }
  const number = /^#\s*(\d{1,15})$/.exec(text);
  if (number !== null) {
    return { kind: "entry", index: Number(number[1]) };
  }
  const folded = text.toLowerCase();
  const word = known.find((one) => one.word.toLowerCase() === folded);
  if (word !== undefined) {
    return { kind: "filter", name: word.name, value: word.value };
  }
  const name = FORMS.find(([form]) => form.test(text))?.[1] ?? "meter";
  return { kind: "filter", name, value: name === "reference" ? text.toUpperCase() : text };
}
