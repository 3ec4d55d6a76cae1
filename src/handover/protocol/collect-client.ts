/**
 * The customer's HTTP client to the exchange, on the page and on the command line: tries again by
 * itself, because a retry is free.
 *
 * Secrets travel in bodies only, over TLS, and no redirect is followed.
 *
 * @module
 */
import type { Send } from "./collect-body.ts";
import { HandoverError, type HandoverErrorCode } from "./errors.ts";
import { isoTime } from "./times.ts";

export interface RetryPolicy {
  readonly attempts: number;
  /** Doubles with every attempt. */
  readonly firstDelayMs: number;
}

export type Fields = Readonly<Record<string, unknown>>;

/** What the exchange says beside its code. */
export interface RefusalDetail {
  /** Tries that are left for the PIN. */
  readonly left: number | null;
  /** When somebody else collected, RFC 3339 UTC. */
  readonly claimedAt: string | null;
}

/** A refusal of the exchange, with what it says about it. */
export class ExchangeRefusal extends HandoverError {
  readonly detail: RefusalDetail;

  constructor(code: HandoverErrorCode, detail: RefusalDetail) {
    super(code, explain(code, detail));
    this.detail = detail;
  }
}

/** Codes of the exchange that a client hands on as they are. */
const KNOWN: ReadonlySet<string> = new Set<HandoverErrorCode>([
  "CLIENT_CERTIFICATE",
  "LINK_UNKNOWN",
  "LINK_COLLECTED",
  "LINK_CONFIRMED",
  "LINK_EXPIRED",
  "LINK_LAPSED",
  "LINK_LOCKED",
  "LINK_REVOKED",
  "PIN_WRONG",
  "KEY_POINT",
  "RECEIPT_INVALID",
]);

/**
 * Posts `body` until there is an answer that will not change.
 *
 * @param onPart - told how much of a long answer has come, from 0 to 1
 * @throws {@link HandoverError} the code of the exchange, `EXCHANGE_UNAVAILABLE`,
 *   `EXCHANGE_ANSWER`
 */
export async function post(
  url: string,
  body: Fields,
  { attempts, firstDelayMs }: RetryPolicy,
  send: Send,
  onPart?: (part: number) => void,
): Promise<Fields> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await postOnce(url, body, send, onPart);
    } catch (error) {
      const again = error instanceof HandoverError && error.code === "EXCHANGE_UNAVAILABLE";
      if (!again || attempt >= attempts) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, firstDelayMs * 2 ** (attempt - 1)));
  }
}

async function postOnce(
  url: string,
  body: Fields,
  send: Send,
  onPart?: (part: number) => void,
): Promise<Fields> {
  const { status, text } = await send(url, JSON.stringify(body), onPart);
  const fields = parse(text);
  if (status === 200 && fields !== null) {
    return fields;
  }
  throw refusal(status, fields ?? {});
}

function refusal(status: number, fields: Fields): HandoverError {
  const { code } = fields;
  if (typeof code === "string" && KNOWN.has(code)) {
    return new ExchangeRefusal(code as HandoverErrorCode, detailOf(fields));
  }
  if (status >= 500 || status === 429 || status === 408) {
    return new HandoverError("EXCHANGE_UNAVAILABLE", `exchange: answered ${status}`);
  }
  return new HandoverError("EXCHANGE_ANSWER", `exchange: answered ${status}`);
}

/** Of the answer only a number and a time, if that is what they are. */
function detailOf({ left, claimedAt }: Fields): RefusalDetail {
  return {
    left: Number.isSafeInteger(left) ? (left as number) : null,
    claimedAt: isoTime(claimedAt),
  };
}

/** Our own words. */
function explain(code: string, { left, claimedAt }: RefusalDetail): string {
  if (code === "PIN_WRONG" && left !== null) {
    return `PIN: not the one of this link, tries left: ${left}`;
  }
  if (code === "LINK_COLLECTED" && claimedAt !== null) {
    return `link: collected by somebody else at ${claimedAt}`;
  }
  return `link: refused by the exchange (${code})`;
}

function parse(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : null;
  } catch {
    return null;
  }
}
