/**
 * Mail, letter and text message about a link, for who sends them.
 *
 * @module
 */
import {
  isMailLanguage,
  type MailFacts,
  type MailLanguage,
  type Written,
  writeLetter,
  writeMail,
  writeSms,
} from "../../src/handover/mail/write.ts";
import { type Answer, type Client, pathOf } from "../client.ts";
import { textField } from "../context.ts";
import { Misuse, Refusal } from "../errors.ts";
import type { Ways } from "./wish.ts";

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

/** The mail about the link, or the letter or text message about its PIN. */
export type TextKind = "mail" | "letter" | "sms";

/** Writes a text; with link or PIN when `made` is the answer that made them. */
export function writeText(
  kind: TextKind,
  facts: MailFacts,
  { language, email, pinTo }: Ways,
  made: Answer | null,
): string {
  const secret = (name: string) => (made === null ? null : textField(made, name));
  switch (kind) {
    case "mail":
      return withHeads(email, writeMail(language, facts, secret("link")));
    case "letter":
      return withHeads(pinTo, writeLetter(language, facts, secret("pin")));
    case "sms":
      return `${writeSms(language, facts, secret("pin"))}\n`;
  }
}

function withHeads(to: string | null, { subject, body }: Written): string {
  const head = to === null ? "" : `To: ${to.replace(/\p{Cc}+/gu, " ")}\n`;
  return `${head}Subject: ${subject}\n\n${body}`;
}
