/**
 * The language that a page speaks, at hand in every part of it.
 *
 * @module
 */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { fill } from "../../words/fill.ts";
import { type Language, localeOf } from "../../words/languages.ts";
import { type Plural, pluralText } from "../../words/plural.ts";
import { distance, longTime } from "../../words/times.ts";
import { WORDS, type Words } from "../../words/words.ts";

/** A catalogue, and how its language writes numbers and times. */
export interface Speech {
  readonly language: Language;
  readonly words: Words;
  number(value: number): string;
  plural(forms: Plural, count: number): string;
  time(at: string): string;
  /** How far away a time is now: "in 3 days". */
  away(at: string): string;
  /** An entry with values in its places. */
  say(entry: string, values: Readonly<Record<string, string>>): string;
}

/** Speaks a language the way the browser's region writes it. */
export function speechOf(language: Language, asked: readonly string[]): Speech {
  const locale = localeOf(language, asked);
  return {
    language,
    words: WORDS[language],
    number: (value) => new Intl.NumberFormat(locale).format(value),
    plural: (forms, count) => pluralText(locale, forms, count),
    time: (at) => longTime(locale, at),
    away: (at) => distance(locale, at, Date.now()),
    say: fill,
  };
}

/** Hands the page's language down. */
export const SpeechContext = createContext<Speech>(speechOf("en", []));

/** The page's language. */
export function useSpeech(): Speech {
  return useContext(SpeechContext);
}
