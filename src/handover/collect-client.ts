/**
 * The customer's HTTP client to the exchange: tries again by itself, because a retry is free.
 *
 * Secrets travel in bodies only, over TLS, and no redirect is followed.
 *
 * @module
 */
import { HandoverError, type HandoverErrorCode } from "./protocol/errors.ts";

const TIMEOUT_MS = 60_000;

export interface RetryPolicy {
  readonly attempts: number;
  /** Doubles with every attempt. */
  readonly firstDelayMs: number;
}

/** How one request travels; throws when there is no whole answer. */
export type Send = (url: string, body: string, timeoutMs: number) => Promise<Answer>;

interface Answer {
  readonly status: number;
  readonly text: string;
}

export type Fields = Readonly<Record<string, unknown>>;

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
 * @throws {@link HandoverError} the code of the exchange, `EXCHANGE_UNAVAILABLE`,
 *   `EXCHANGE_ANSWER`
 */
export async function post(
  url: string,
  body: Fields,
  { attempts, firstDelayMs }: RetryPolicy,
  send: Send = byFetch,
): Promise<Fields> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await postOnce(url, body, send);
    } catch (error) {
      const again = error instanceof HandoverError && error.code === "EXCHANGE_UNAVAILABLE";
      if (!again || attempt >= attempts) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, firstDelayMs * 2 ** (attempt - 1)));
  }
}

async function postOnce(url: string, body: Fields, send: Send): Promise<Fields> {
  let answer: Answer;
  try {
    answer = await send(url, JSON.stringify(body), TIMEOUT_MS);
  } catch (cause) {
    throw cause instanceof HandoverError
      ? cause
      : new HandoverError("EXCHANGE_UNAVAILABLE", "exchange: does not answer", { cause });
  }
  const { status, text } = answer;
  const fields = parse(text);
  if (status === 200 && fields !== null) {
    return fields;
  }
  throw refusal(status, fields ?? {});
}

async function byFetch(url: string, body: string, timeoutMs: number): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    redirect: "error",
    signal: AbortSignal.timeout(timeoutMs),
  });
  // An answer that breaks off is no answer: the package may be large.
  return { status: response.status, text: await response.text() };
}

function refusal(status: number, fields: Fields): HandoverError {
  const { code } = fields;
  if (typeof code === "string" && KNOWN.has(code)) {
    return new HandoverError(code as HandoverErrorCode, explain(code, fields));
  }
  if (status >= 500 || status === 429 || status === 408) {
    return new HandoverError("EXCHANGE_UNAVAILABLE", `exchange: answered ${status}`);
  }
  return new HandoverError("EXCHANGE_ANSWER", `exchange: answered ${status}`);
}

/** Our own words; of the answer only a number and a time, if that is what they are. */
function explain(code: string, { left, claimedAt }: Fields): string {
  if (code === "PIN_WRONG" && Number.isSafeInteger(left)) {
    return `PIN: not the one of this link, tries left: ${left}`;
  }
  const at = typeof claimedAt === "string" ? new Date(claimedAt) : null;
  if (code === "LINK_COLLECTED" && at !== null && !Number.isNaN(at.getTime())) {
    return `link: collected by somebody else at ${at.toISOString()}`;
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
