/**
 * A catalogue, and how its language writes numbers and times.
 *
 * @module
 */
import { fill } from "./fill.ts";
import { type Language, localeOf } from "./languages.ts";
import { type Plural, pluralText } from "./plural.ts";
import { distance, longTime } from "./times.ts";

/** What a page speaks; `W` is its catalogue. */
export interface SpeechOf<W> {
  readonly language: Language;
  /** For dates and numbers (BCP 47). */
  readonly locale: string;
  readonly words: W;
  number(value: number): string;
  plural(forms: Plural, count: number): string;
  time(at: string): string;
  /** How far away a time is now: "in 3 days". */
  away(at: string): string;
  /** An entry with values in its places. */
  say(entry: string, values: Readonly<Record<string, string>>): string;
}

/** Speaks a language the way the browser's region writes it. */
export function speechIn<W>(
  catalogues: Readonly<Record<Language, W>>,
  language: Language,
  asked: readonly string[],
): SpeechOf<W> {
  const locale = localeOf(language, asked);
  return {
    language,
    locale,
    words: catalogues[language],
    number: (value) => new Intl.NumberFormat(locale).format(value),
    plural: (forms, count) => pluralText(locale, forms, count),
    time: (at) => longTime(locale, at),
    away: (at) => distance(locale, at, Date.now()),
    say: fill,
  };
}
