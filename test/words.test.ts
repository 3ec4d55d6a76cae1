import test from "ava";
import fc from "fast-check";
import { formatPin } from "../src/handover/protocol/pin.ts";
import { caretIn, groupPin, pinState } from "../src/web/collect/view/typed-pin.ts";
import { WORDS } from "../src/web/words/collect/words.ts";
import { fill } from "../src/web/words/fill.ts";
import {
  LANGUAGES,
  type Language,
  localeOf,
  preferredLanguage,
} from "../src/web/words/languages.ts";
import { pluralText } from "../src/web/words/plural.ts";
import { distance, longTime } from "../src/web/words/times.ts";

/** Words that are the same on purpose: names, and what a language shares with English. */
const SAME: Readonly<Record<Exclude<Language, "en">, readonly string[]>> = {
  da: ["page.facts.reference", "files.format", "formats.esphome", "formats.gurux"],
  de: ["pin.label", "files.format", "formats.esphome", "formats.gurux"],
  es: ["page.faultTitle", "pin.label", "formats.esphome", "formats.gurux"],
  it: ["pin.label", "formats.esphome", "formats.gurux"],
  pl: ["pin.label", "files.format", "formats.esphome", "formats.gurux"],
};

/** Nothing but places: there is no language in it. */
const WORDLESS = ["page.contents"];

const PLURAL = /\.(one|few|many|other)$/;
const PINS = fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{8}$/).map(formatPin);

/** Every text of a catalogue by its path. */
function texts(of: object, path = ""): [path: string, text: string][] {
  return Object.entries(of).flatMap(([name, value]) => {
    const at = path === "" ? name : `${path}.${name}`;
    return typeof value === "string"
      ? [[at, value] as [string, string]]
      : texts(value as object, at);
  });
}

function places(text: string): Set<string> {
  return new Set([...text.matchAll(/\{[a-z]+\}/g)].map(([place]) => place));
}

const english = new Map(texts(WORDS.en));

test("every catalogue has every entry, with words in it", (t) => {
  const entries = (language: Language) =>
    new Set(texts(WORDS[language]).map(([path]) => path.replace(PLURAL, "")));
  for (const language of LANGUAGES) {
    t.deepEqual(entries(language), entries("en"), language);
    for (const [path, text] of texts(WORDS[language])) {
      t.regex(text, /\p{L}/u, `${language} ${path}`);
      t.is(text, text.trim(), `${language} ${path}`);
      t.notRegex(text, / {2}|"|[a-z]'[a-z]/, `${language} ${path}: typewriter marks`);
    }
  }
  t.true(english.size > 200);
});

test("no catalogue copies an English entry, but for what is equal on purpose", (t) => {
  for (const language of LANGUAGES.filter((one) => one !== "en")) {
    const copied = texts(WORDS[language])
      .filter(([path, text]) => english.get(path) === text && !WORDLESS.includes(path))
      .map(([path]) => path);
    t.deepEqual(new Set(copied), new Set(SAME[language]), language);
  }
});

test("an entry has the same places in every language, and ends like the English one", (t) => {
  for (const language of LANGUAGES) {
    for (const [path, text] of texts(WORDS[language])) {
      const measure = english.get(path) ?? english.get(path.replace(PLURAL, ".other")) ?? "";
      t.deepEqual(places(text), places(measure), `${language} ${path}`);
      const end = (words: string) => /[.?:…]$/.exec(words)?.[0] ?? "";
      t.is(end(text), end(measure), `${language} ${path}`);
    }
  }
});

test("a plural has a form for every number that can come up", (t) => {
  for (const language of LANGUAGES) {
    const rules = new Intl.PluralRules(language);
    const categories = new Set(Array.from({ length: 2_000 }, (_, n) => rules.select(n)));
    const plurals = texts(WORDS[language]).filter(([path]) => PLURAL.test(path));
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

test("numbers are counted and written as the language does", (t) => {
  const meters = (language: Language, n: number) =>
    pluralText(language, WORDS[language].page.meters, n);
  t.is(meters("en", 1), "1 meter");
  t.is(meters("de", 12_345), "12.345 Zähler");
  t.is(meters("pl", 1), "1 licznik");
  t.is(meters("pl", 3), "3 liczniki");
  t.is(meters("pl", 12), "12 liczników");
  t.is(meters("pl", 22), "22 liczniki");
  t.is(meters("es", 1_000_000), "1.000.000 contadores");
});

test("what is filled in is text, never a place again", (t) => {
  t.is(fill("{a} and {b}", { a: "{b}", b: "2" }), "{b} and 2");
  t.is(fill("{missing}.", {}), ".");
});

test("the first language that the browser asks for and we have is spoken", (t) => {
  t.is(preferredLanguage(["fr-FR", "pl-PL", "de"]), "pl");
  t.is(preferredLanguage(["de-AT"]), "de");
  t.is(preferredLanguage(["fr", "nl"]), "en");
  t.is(preferredLanguage([]), "en");
  t.is(localeOf("de", ["fr", "de-AT"]), "de-AT");
  t.is(localeOf("en", ["pl"]), "en-GB");
});

test("a time has its weekday and its zone, and says how far away it is", (t) => {
  for (const language of LANGUAGES) {
    const text = longTime(localeOf(language, []), "2026-11-27T16:00:00.000Z");
    const day = new Intl.DateTimeFormat(language, { weekday: "long" });
    t.true(text.includes(day.format(new Date("2026-11-27T16:00:00.000Z"))), text);
    t.regex(text, /2026.*(UTC|GMT|[A-Z]{3,4})/);
  }
  const at = "2026-11-27T16:00:00.000Z";
  const before = (milliseconds: number) => distance("en-GB", at, Date.parse(at) - milliseconds);
  t.is(before(4 * 86_400_000), "in 4 days");
  t.is(before(47 * 3_600_000), "in 47 hours");
  t.is(before(59 * 60_000), "in 59 minutes");
  t.is(before(-3 * 86_400_000), "3 days ago");
});

test("a PIN is grouped while it is typed, and what fits is what the protocol takes", (t) => {
  fc.assert(
    fc.property(PINS, (printed) => {
      const typed = printed.replaceAll("-", " ").toLowerCase();
      return groupPin(typed) === printed && pinState(typed) === "fits";
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => groupPin(groupPin(text)) === groupPin(text)));
  t.is(groupPin("k7qf3"), "K7QF-3");
  t.is(pinState("K7QF-3M9X"), "incomplete");
  t.is(pinState("K7QF-3M9X-A"), "misfits");
  t.is(pinState("K7QF-3M9X-TT"), "misfits");
});

test("o, l, blanks and full-width digits are accepted in the field (abuse 45)", (t) => {
  const printed = formatPin("01AB23CD");
  const loose = ` ${printed.replaceAll("0", "o").replaceAll("1", "l").toLowerCase()} `;
  t.is(pinState(loose), "fits");
  t.is(pinState(printed.replaceAll("2", "\uff12")), "fits");
});

test("the caret stays behind the symbol that was typed", (t) => {
  t.is(caretIn("K7QF-3", "K7QF3"), 6);
  t.is(caretIn("K7QF-3M9X-T", "K7"), 2);
  t.is(caretIn("", ""), 0);
  fc.assert(
    fc.property(PINS, fc.nat(11), (printed, at) => {
      const before = printed.slice(0, at);
      const caret = caretIn(printed, before);
      return printed.slice(0, caret).replaceAll("-", "") === before.replaceAll("-", "");
    }),
  );
});
