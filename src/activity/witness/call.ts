/**
 * One request to a witness, over a connection that stays open for the next one.
 *
 * No redirect is followed: a witness is where the policy says. In clear only within this machine;
 * what is sent is public, but an answer that somebody changed on the way could stop the core.
 *
 * @module
 */
import { Agent as AgentHttp, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as AgentHttps, request as requestHttps } from "node:https";

/** More than any answer with cosignatures needs. */
const MAX_ANSWER = 65_536;
const AGENTS = {
  "http:": new AgentHttp({ keepAlive: true, maxSockets: 2, timeout: 60_000 }),
  "https:": new AgentHttps({ keepAlive: true, maxSockets: 2, timeout: 60_000 }),
};

export interface Answer {
  readonly status: number;
  /** Media type without parameters. */
  readonly type: string;
  readonly text: string;
}

export interface Patience {
  readonly timeoutMs: number;
  readonly stop?: AbortSignal;
}

/** The service itself stops: no failure of the witness. */
export const STOPPED = "WITNESS_STOPPED";

/** Why there was no answer, or what it says; the code is all that is kept. */
export class WitnessFault extends Error {
  override readonly name = "WitnessFault";
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Tells whether a witness may be asked at this address. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) {
    return false;
  }
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  const isHere = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return (
    (protocol === "https:" || (protocol === "http:" && isHere)) &&
    username + password + search + hash === ""
  );
}

/**
 * POSTs a body; without one, a GET.
 *
 * @throws {@link WitnessFault} when no whole answer comes in time
 */
export async function call(url: string, body: string | null, patience: Patience): Promise<Answer> {
  const target = new URL(url);
  const isTls = target.protocol === "https:";
  const request = (isTls ? requestHttps : requestHttp)(target, {
    method: body === null ? "GET" : "POST",
    agent: AGENTS[isTls ? "https:" : "http:"],
    headers: { "user-agent": "Meterseal", ...(body === null ? {} : bodyHeaders(body)) },
  });
  return await new Promise((resolve, reject) => {
    const fail = (code: string): void => {
      leave();
      request.destroy();
      reject(new WitnessFault(code));
    };
    const onStop = (): void => fail(STOPPED);
    const timer = setTimeout(fail, patience.timeoutMs, "WITNESS_TIMEOUT");
    const leave = (): void => {
      clearTimeout(timer);
      patience.stop?.removeEventListener("abort", onStop);
    };
    request.on("error", (error) => fail(faultCode(error)));
    patience.stop?.addEventListener("abort", onStop);
    if (patience.stop?.aborted) {
      onStop();
      return;
    }
    request.once("response", (response) => {
      readBounded(response).then(
        (text) => {
          leave();
          resolve({ status: response.statusCode ?? 0, type: typeOf(response), text });
        },
        (error) => fail(faultCode(error)),
      );
    });
    request.end(body ?? undefined);
  });
}

function bodyHeaders(body: string) {
  return {
    "content-type": "text/plain; charset=utf-8",
    "content-length": Buffer.byteLength(body),
  };
}

async function readBounded(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER) {
      throw new WitnessFault("WITNESS_ANSWER");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function typeOf({ headers }: IncomingMessage): string {
  return (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
}

/** Ours, or that of the operating system or TLS; a message would quote addresses. */
function faultCode(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors[0]?.code : undefined;
  const code: unknown = (error as { code?: unknown }).code ?? inner;
  return typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code) ? code : "WITNESS_FAILED";
}
