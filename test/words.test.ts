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

const PINS = fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{8}$/).map(formatPin);

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
