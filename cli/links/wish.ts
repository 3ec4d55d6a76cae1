/**
 * A link that is wanted: for whom, which meters, and by which ways link and PIN go.
 *
 * @module
 */
import type { MailLanguage } from "../../src/handover/mail/write.ts";
import { Misuse } from "../errors.ts";

/** As the service's own limits; told here before the first link is made. */
export const MAX_TO = 200;
export const MAX_PURPOSE = 500;

/** How link and PIN reach the recipient; the service never hears of it. */
export interface Ways {
  /** Where the link is sent. */
  readonly email: string | null;
  /** Where the PIN is sent: another address, a telephone, a letter box. */
  readonly pinTo: string | null;
  readonly language: MailLanguage;
}

export interface LinkWish extends Ways {
  /** Line of the file that asked for it; null for one that was asked for by options. */
  readonly line: number | null;
  readonly to: string;
  readonly purpose: string;
  /** What the service is asked for: one of all, meters and order. */
  readonly selection: Readonly<Record<string, unknown>>;
}

/** Tells whether link and PIN would go by one way; who reads one mailbox would have both. */
export function isOneWay(email: string | null, pinTo: string | null): boolean {
  return email !== null && pinTo !== null && mailbox(email) === mailbox(pinTo);
}

/** @throws {@link Misuse} when link and PIN would go to one address. */
export function demandTwoWays(email: string | null, pinTo: string | null): void {
  if (isOneWay(email, pinTo)) {
    throw new Misuse("--email and --pin-to: link and PIN must go by different ways");
  }
}

/** `Ida+keys@Example.com` is the mailbox of `ida@example.com`. */
function mailbox(address: string): string {
  const folded = address.normalize("NFKC").toLowerCase().replace(/\s/g, "");
  const bare = /<([^<>]+)>$/.exec(folded)?.[1] ?? folded;
  const at = bare.replace(/^(mailto|tel|sms):/, "").replace(/\+[^@]*(?=@)/, "");
  // A telephone number: digits alone count.
  return /^[+\d()/.-]+$/.test(at) ? at.replace(/\D/g, "") : at;
}
