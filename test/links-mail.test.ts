import test from "ava";
import fc from "fast-check";
import type { MailTexts } from "../src/handover/mail/texts.ts";
import {
  isMailLanguage,
  MAIL_LANGUAGES,
  type MailFacts,
  type MailLanguage,
  writeLetter,
  writeMail,
  writeSms,
} from "../src/handover/mail/write.ts";

const CODE = "kA3".padEnd(43, "x");
const LINK = `https://keys.example/r#${CODE}`;
const PIN = "K7QF-3M9X-T";
const FACTS: MailFacts = {
  sender: "Vandværket A/S",
  to: "Haus 4 GmbH",
  purpose: "order 4711",
  meters: 128,
  reference: "REF-7K3Q-9D",
  expiresAt: "2026-07-01T10:00:00.000Z",
  timeZone: "Europe/Copenhagen",
  page: "https://keys.example/r",
  issuer: "1111-2222-3333-4444-5555-6666-7777-8888",
};
const LANGUAGES = Object.keys(MAIL_LANGUAGES) as MailLanguage[];
/** The one word for it, in each language. */
const COLLECT: Readonly<Record<MailLanguage, RegExp>> = {
  da: /hent/,
  de: /abholen|holen[\s\S]+? ab[ .]/i,
  en: /collect/,
  es: /recog|recoj/,
  it: /ritir/,
  pl: /odebr/,
};

/** Every text of a catalogue by its path, plurals aside: a language has those it needs. */
function entries(value: unknown, path = ""): [string, string][] {
  return typeof value === "string"
    ? [[path, value]]
    : Object.entries(value as object).flatMap(([name, inner]) => entries(inner, `${path}/${name}`));
}

function catalogue(language: MailLanguage): Map<string, string> {
  const { meters: _, ...texts }: MailTexts = MAIL_LANGUAGES[language];
  return new Map(entries(texts));
}

const placeholders = (text: string) =>
  new Set([...text.matchAll(/\{\w+\}/g)].map(([name]) => name));

test("six languages, and no catalogue lacks an entry or a part of one", (t) => {
  t.deepEqual(LANGUAGES, ["da", "de", "en", "es", "it", "pl"]);
  const english = catalogue("en");
  for (const language of LANGUAGES) {
    const texts = catalogue(language);
    t.deepEqual([...texts.keys()], [...english.keys()], language);
    for (const [path, text] of texts) {
      t.deepEqual(placeholders(text), placeholders(english.get(path) ?? ""), `${language}${path}`);
      t.true(text.trim() === text && text.length > 1, `${language}${path}`);
      if (language !== "en" && path !== "/sms" && /\p{L}{4}.*\s.*\s/u.test(text)) {
        t.not(text, english.get(path), `${language}${path}`);
      }
    }
    const { locale, meters }: MailTexts = MAIL_LANGUAGES[language];
    t.true(Intl.DateTimeFormat.supportedLocalesOf(locale).includes(locale), locale);
    for (const n of [1, 2, 5, 12, 22, 100_000]) {
      const form = new Intl.PluralRules(locale).select(n);
      t.true((meters[form] ?? meters.other).includes("{n}"), `${language} ${n}`);
    }
  }
});

test("the mail has the link, the code apart and the way to type it, and never the PIN", (t) => {
  for (const language of LANGUAGES) {
    const { subject, body } = writeMail(language, FACTS, LINK);
    t.true(subject.includes("REF-7K3Q-9D"), language);
    const lines = body.split("\n");
    // Alone on their lines: mail programs find the link, and people the code.
    t.true(lines.includes(LINK) && lines.includes(CODE), language);
    for (const part of ["Haus 4 GmbH", "Vandværket A/S", "order 4711", "128", FACTS.page]) {
      t.true(body.includes(part), `${language} ${part}`);
    }
    t.regex(body, COLLECT[language]);
    t.notRegex(body + subject, /\{|\}|undefined/);
    t.false(body.includes(PIN));
    t.true(
      lines.every((line) => line.length <= 76 || line.includes(FACTS.page)),
      language,
    );
  }
});

test("letter and text message have PIN, fingerprint and reference, and never the link", (t) => {
  for (const language of LANGUAGES) {
    const { subject, body } = writeLetter(language, FACTS, PIN);
    const sms = writeSms(language, FACTS, PIN);
    for (const text of [`${subject}\n${body}`, sms]) {
      t.true(text.includes(PIN) && text.includes(FACTS.issuer), language);
      t.true(text.includes(FACTS.reference), language);
      t.false(text.includes("#") || text.includes(CODE), language);
      t.notRegex(text, /\{|\}|undefined/);
    }
    // The way for who cannot use the link: the page, and the code that the mail has.
    t.true(body.includes(FACTS.page) && body.includes("43"), language);
    t.regex(body, COLLECT[language]);
    t.is(sms.split("\n").length, 1);
    t.true(sms.length <= 160, `${language} ${sms.length}`);
  }
});

test("what is not known any more has a place to be put in", (t) => {
  for (const language of LANGUAGES) {
    t.regex(writeMail(language, FACTS, null).body, /^\[.+\]$/m);
    t.regex(writeLetter(language, FACTS, null).body, /^ +\[.+\]$/m);
    t.regex(writeSms(language, FACTS, null), /\[.+\]/);
  }
});

test("(abuse 41) the expiry is told in a named zone, on both sides of a change of the clocks", (t) => {
  const told = (expiresAt: string, timeZone: string) =>
    writeMail("en", { ...FACTS, expiresAt, timeZone }, LINK).body.replace(/\s+/g, " ");
  // 25 October 2026, 03:00 CEST: the clocks go back to 02:00 CET, so 02:30 comes twice.
  const copenhagen = "Europe/Copenhagen";
  t.regex(told("2026-10-25T00:30:00Z", copenhagen), /25 October 2026 at 02:30 CEST/);
  t.regex(told("2026-10-25T01:30:00Z", copenhagen), /25 October 2026 at 02:30 CET\./);
  t.regex(told("2026-03-29T00:59:00Z", copenhagen), /29 March 2026 at 01:59 CET\./);
  t.regex(told("2026-03-29T01:00:00Z", copenhagen), /29 March 2026 at 03:00 CEST/);
  t.regex(told("2026-12-31T23:30:00Z", "UTC"), /Thursday,? 31 December 2026 at 23:30 UTC/);
  t.regex(told("2026-12-31T23:30:00Z", copenhagen), /Friday,? 1 January 2027 at 00:30 CET/);
});

test("what people typed is set in as it is: no braces filled, no line broken, no header made", (t) => {
  const hostile = "A {reference}\r\nBcc: all@example.com {link}\u202e";
  const { body } = writeMail("en", { ...FACTS, to: hostile, purpose: "{pin} #x" }, LINK);
  t.true(body.startsWith("Dear A {reference} Bcc: all@example.com {link},\n"));
  t.true(body.includes("Purpose: {pin} #x"));
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (to) => {
      const mail = writeMail("de", { ...FACTS, to }, LINK);
      const lines = mail.body.split("\n");
      return lines.includes(LINK) && lines.includes(CODE) && !mail.subject.includes("\n");
    }),
  );
  t.true(isMailLanguage("pl"));
  t.false(isMailLanguage("toString") || isMailLanguage("fr"));
});
