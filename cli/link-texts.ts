/**
 * Mail, letter and text message about a link, for who sends them.
 *
 * @module
 */
import {
  isMailLanguage,
  type MailFacts,
  type MailLanguage,
  writeLetter,
  writeMail,
  writeSms,
} from "../src/handover/mail/write.ts";
import { type Answer, type Client, pathOf } from "./client.ts";
import { textField } from "./context.ts";
import { Misuse, Refusal } from "./errors.ts";

/** @throws {@link Misuse} */
export function parseLanguage(text: string | undefined): MailLanguage {
  const language = (text ?? "en").toLowerCase();
  if (!isMailLanguage(language)) {
    throw new Misuse("--language: expected da, de, en, es, it or pl");
  }
  return language;
}

/** The zone in which times are told; this machine's unless named. @throws {@link Misuse} */
export function parseTimeZone(text: string | undefined): string {
  try {
    return new Intl.DateTimeFormat(
      "en",
      text === undefined ? {} : { timeZone: text },
    ).resolvedOptions().timeZone;
  } catch {
    throw new Misuse("--time-zone: expected a name such as Europe/Copenhagen");
  }
}

/** What a text needs to know of a link, from the service. */
export async function factsOf(
  client: Client,
  reference: string,
  timeZone: string,
): Promise<MailFacts> {
  const answer = await client.call("GET", pathOf(["v1", "links", reference]));
  const { meters, to, purpose } = answer;
  if (typeof to !== "string" || typeof purpose !== "string" || typeof meters !== "number") {
    throw new Refusal("LINK_FORGOTTEN", "for whom the link was is not known any more");
  }
  const text = (name: string) => textField(answer, name);
  return {
    sender: text("sender"),
    to,
    purpose,
    meters,
    reference: text("reference"),
    expiresAt: text("expiresAt"),
    timeZone,
    page: text("page"),
    issuer: text("issuer"),
  };
}

/** The mail as a text; with the link when `made` is the answer that made it. */
export function mailText(
  language: MailLanguage,
  facts: MailFacts,
  email: string | null,
  made: Answer | null,
): string {
  const link = made === null ? null : textField(made, "link");
  const { subject, body } = writeMail(language, facts, link);
  return withHeads(
    [
      ["To", email],
      ["Subject", subject],
    ],
    body,
  );
}

/** The letter as a text; with the PIN when `made` is the answer that made it. */
export function letterText(
  language: MailLanguage,
  facts: MailFacts,
  pinTo: string | null,
  made: Answer | null,
): string {
  const pin = made === null ? null : textField(made, "pin");
  const { subject, body } = writeLetter(language, facts, pin);
  return withHeads(
    [
      ["To", pinTo],
      ["Subject", subject],
    ],
    body,
  );
}

/** The text message, a single line. */
export function smsText(language: MailLanguage, facts: MailFacts): string {
  return `${writeSms(language, facts, null)}\n`;
}

function withHeads(heads: readonly (readonly [string, string | null])[], body: string): string {
  const lines = heads.flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value.replace(/\p{Cc}+/gu, " ")}\n`],
  );
  return `${lines.join("")}\n${body}`;
}
