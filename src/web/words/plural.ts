/**
 * Entries that depend on a number, by the plural categories of a language (CLDR, as in Intl).
 *
 * @module
 */

/** An entry per category; a language without a category leaves it out. */
export interface Plural {
  readonly one?: string;
  readonly few?: string;
  readonly many?: string;
  readonly other: string;
}

/** Marks an entry of the first catalogue as a plural, so that every other may have its own forms. */
export function plural(forms: Plural): Plural {
  return forms;
}

/** Chooses the form of `count` and writes the number into it with the locale's separators. */
export function pluralText(locale: string, forms: Plural, count: number): string {
  const category = new Intl.PluralRules(locale).select(count);
  const form = (category in forms ? forms[category as keyof Plural] : undefined) ?? forms.other;
  return form.replaceAll("{n}", new Intl.NumberFormat(locale).format(count));
}
