import test from "ava";
import { WORDS as AUDIT } from "../src/web/words/audit/words.ts";
import { WORDS as COLLECT } from "../src/web/words/collect/words.ts";
import { LANGUAGES, type Language } from "../src/web/words/languages.ts";

/** A page's catalogues, as texts with paths. */
interface Catalogues {
  readonly words: Readonly<Record<Language, object>>;
  /** Words that are the same on purpose: names, and what a language shares with English. */
  readonly same: Readonly<Record<Exclude<Language, "en">, readonly string[]>>;
  /** Nothing but places: there is no language in it. */
  readonly wordless: readonly string[];
  /** Fewer texts than this, and something was not looked at. */
  readonly least: number;
}

const PAGES: Readonly<Record<string, Catalogues>> = {
  collect: {
    words: COLLECT,
    same: {
      da: ["page.facts.reference", "files.format", "formats.esphome", "formats.gurux"],
      de: ["pin.label", "files.format", "formats.esphome", "formats.gurux"],
      es: ["page.faultTitle", "pin.label", "formats.esphome", "formats.gurux"],
      it: ["pin.label", "formats.esphome", "formats.gurux"],
      pl: ["pin.label", "files.format", "formats.esphome", "formats.gurux"],
    },
    wordless: ["page.contents"],
    least: 200,
  },
  audit: {
    words: AUDIT,
    same: { da: ["links.reference"], de: [], es: [], it: [], pl: [] },
    wordless: [],
    least: 250,
  },
};

const PLURAL = /\.(one|few|many|other)$/;

/** Every text of a catalogue by its path. */
function texts(of: object, path = ""): [path: string, text: string][] {
  return Object.entries(of).flatMap(([name, value]) => {
    const at = path === "" ? name : `${path}.${name}`;
    return typeof value === "string"
      ? [[at, value] as [string, string]]
      : texts(value as object, at);
  });
}

/** Places in the order of the alphabet: languages have their own. */
function places(text: string): string[] {
  return [...new Set([...text.matchAll(/\{[a-z]+\}/g)].map(([place]) => place))].toSorted((a, b) =>
    a < b ? -1 : 1,
  );
}

for (const [page, { words, same, wordless, least }] of Object.entries(PAGES)) {
  const english = new Map(texts(words.en));

  test(`${page}: every catalogue has every entry, with words in it`, (t) => {
    const entries = (language: Language) =>
      new Set(texts(words[language]).map(([path]) => path.replace(PLURAL, "")));
    for (const language of LANGUAGES) {
      t.deepEqual(entries(language), entries("en"), language);
      for (const [path, text] of texts(words[language])) {
        t.regex(text, /\p{L}/u, `${language} ${path}`);
        t.is(text, text.trim(), `${language} ${path}`);
        t.notRegex(text, / {2}|"|[a-z]'[a-z]/, `${language} ${path}: typewriter marks`);
      }
    }
    t.true(english.size > least);
  });

  test(`${page}: no catalogue copies an English entry, but for what is equal on purpose`, (t) => {
    for (const language of LANGUAGES.filter((one) => one !== "en")) {
      const copied = texts(words[language])
        .filter(([path, text]) => english.get(path) === text && !wordless.includes(path))
        .map(([path]) => path);
      t.deepEqual(new Set(copied), new Set(same[language]), language);
    }
  });

  test(`${page}: an entry has the same places in every language, and ends like the English one`, (t) => {
    for (const language of LANGUAGES) {
      for (const [path, text] of texts(words[language])) {
        const measure = english.get(path) ?? english.get(path.replace(PLURAL, ".other")) ?? "";
        t.deepEqual(places(text), places(measure), `${language} ${path}`);
        const end = (words: string) => /[.?:…]$/.exec(words)?.[0] ?? "";
        t.is(end(text), end(measure), `${language} ${path}`);
      }
    }
  });

  test(`${page}: a plural has a form for every number that can come up`, (t) => {
    for (const language of LANGUAGES) {
      const rules = new Intl.PluralRules(language);
      const categories = new Set(Array.from({ length: 2_000 }, (_, n) => rules.select(n)));
      const plurals = texts(words[language]).filter(([path]) => PLURAL.test(path));
      for (const name of new Set(plurals.map(([path]) => path.replace(PLURAL, "")))) {
        for (const category of categories) {
          t.true(
            plurals.some(([path]) => path === `${name}.${category}`),
            `${language} ${name} lacks ${category}`,
          );
        }
      }
    }
  });
}
