/**
 * Writes what goes to a recipient: a mail with the link, and a letter or a text message with the
 * PIN, in the recipient's language. Nothing is sent from here.
 *
 * Link and PIN never stand in one text. Names and purposes were typed by people: they are set in
 * as they are but for control characters, and nothing in them is filled in again.
 *
 * @module
 */
import { da } from "./da.ts";
import { de } from "./de.ts";
import { en } from "./en.ts";
import { es } from "./es.ts";
import { it } from "./it.ts";
import { pl } from "./pl.ts";
import type { MailTexts } from "./texts.ts";

/** Catalogues by their language. */
export const MAIL_LANGUAGES = { da, de, en, es, it, pl } as const satisfies Record<
  string,
  MailTexts
>;

export type MailLanguage = keyof typeof MAIL_LANGUAGES;

/** What is known of a link without its secrets. */
export interface MailFacts {
  readonly sender: string;
  readonly to: string;
  readonly purpose: string;
  readonly meters: number;
  readonly reference: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  /** IANA zone in which times are told. */
  readonly timeZone: string;
  /** Address of the page on which a code can be typed, ending in /r. */
  readonly page: string;
  /** Fingerprint of the package key. */
  readonly issuer: string;
}

export interface Written {
  readonly subject: string;
  readonly body: string;
}

const WIDTH = 76;
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

export function isMailLanguage(text: string): text is MailLanguage {
  return Object.hasOwn(MAIL_LANGUAGES, text);
}

/** The mail; `link` is known only when it was just made. */
export function writeMail(language: MailLanguage, facts: MailFacts, link: string | null): Written {
  const texts: MailTexts = MAIL_LANGUAGES[language];
  const { mail } = texts;
  const fill = filler(texts, facts);
  const code = link === null ? null : link.slice(link.indexOf("#") + 1);
  const parts = [
    fill(texts.greeting),
    `${fill(mail.offer)}\n${fill(mail.purpose)}`,
    `${fill(mail.link)}\n\n${link ?? mail.linkMissing}`,
    fill(texts.until),
    mail.pin,
    [mail.stepsTitle, ...mail.steps.map((step, i) => `${i + 1}. ${step}`)].join("\n"),
    code === null ? fill(mail.fallbackMissing) : `${fill(mail.fallback)}\n\n${code}`,
    mail.warning,
    `${texts.regards}\n${fill("{sender}")}`,
  ];
  return { subject: fill(mail.subject), body: layOut(parts) };
}

/** The letter; `pin` is known only when it was just made. */
export function writeLetter(language: MailLanguage, facts: MailFacts, pin: string | null): Written {
  const texts: MailTexts = MAIL_LANGUAGES[language];
  const { letter } = texts;
  const fill = filler(texts, facts);
  const parts = [
    fill(texts.greeting),
    `${fill(letter.offer)}\n\n    ${pin ?? letter.pinMissing}`,
    letter.pinHint,
    `${letter.fingerprint}\n\n    ${facts.issuer}`,
    fill(letter.fallback),
    fill(texts.until),
    letter.warning,
    `${texts.regards}\n${fill("{sender}")}`,
  ];
  return { subject: fill(letter.subject), body: layOut(parts) };
}

/** The text message: one line with reference, PIN and fingerprint. */
export function writeSms(language: MailLanguage, facts: MailFacts, pin: string | null): string {
  const texts: MailTexts = MAIL_LANGUAGES[language];
  return filler(texts, facts, { pin: pin ?? texts.letter.pinMissing })(texts.sms);
}

/** Tells a time with its zone, so that nobody has to guess whose midnight it is. */
function tellTime(locale: string, time: string, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
    timeZoneName: "short",
  }).format(new Date(time));
}

function filler(
  { locale, meters }: MailTexts,
  facts: MailFacts,
  more: Readonly<Record<string, string>> = {},
): (text: string) => string {
  const form = new Intl.PluralRules(locale).select(facts.meters);
  const counted = (meters[form] ?? meters.other).replace(
    "{n}",
    facts.meters.toLocaleString(locale),
  );
  const values: Readonly<Record<string, string>> = {
    sender: clean(facts.sender),
    to: clean(facts.to),
    purpose: clean(facts.purpose),
    reference: facts.reference,
    page: facts.page,
    issuer: facts.issuer,
    meters: counted,
    expires: tellTime(locale, facts.expiresAt, facts.timeZone),
    ...more,
  };
  // In one pass: braces in what people typed stay what they are.
  return (text) => text.replace(/\{(\w+)\}/g, (braces, name: string) => values[name] ?? braces);
}

function clean(text: string): string {
  return text.replace(UNPRINTABLE, " ").trim();
}

/** Paragraphs with an empty line between them, broken between words; a link stays whole. */
function layOut(parts: readonly string[]): string {
  const lines = parts.join("\n\n").split("\n");
  return `${lines.flatMap(breakLine).join("\n")}\n`;
}

function breakLine(line: string): string[] {
  const indent = /^(\d\. | *)/.exec(line)?.[0] ?? "";
  const broken: string[] = [];
  let current = indent;
  for (const word of line.slice(indent.length).split(" ")) {
    const isFirst = current.length === indent.length;
    if (!isFirst && current.length + 1 + word.length > WIDTH) {
      broken.push(current);
      current = " ".repeat(indent.length) + word;
    } else {
      current = isFirst ? current + word : `${current} ${word}`;
    }
  }
  return [...broken, current.trimEnd()];
}
