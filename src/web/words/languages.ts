/**
 * The languages of the pages, and which one a reader gets first.
 *
 * @module
 */

/** In the order of the language switch. */
export const LANGUAGES = ["da", "de", "en", "es", "it", "pl"] as const;

export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  da: "Dansk",
  de: "Deutsch",
  en: "English",
  es: "Español",
  it: "Italiano",
  pl: "Polski",
};

/** The first language that the browser asks for and we have, else English. */
export function preferredLanguage(asked: readonly string[]): Language {
  for (const tag of asked) {
    const primary = tag.toLowerCase().split("-")[0];
    const known = LANGUAGES.find((language) => language === primary);
    if (known !== undefined) {
      return known;
    }
  }
  return "en";
}

/**
 * The locale for dates and numbers: the browser's own of that language (de-AT), for English
 * without one the British, as these pages are read in Europe.
 */
export function localeOf(language: Language, asked: readonly string[]): string {
  const own = asked.find((tag) => tag.toLowerCase().startsWith(`${language}-`));
  return own ?? (language === "en" ? "en-GB" : language);
}
