/**
 * One attempt to deliver a webhook: a POST to an address that was checked after resolution, over
 * a connection made for it alone.
 *
 * No redirect is followed, the answer's body is not read, and the whole takes ten seconds at most.
 *
 * @module
 */
import type { LookupAddress } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isOpenAddress, type Networks } from "./networks.ts";

const TIMEOUT_MS = 10_000;

export interface WebhookTarget {
  readonly url: URL;
  readonly secrets: readonly Uint8Array[];
  /** Networks beyond the public ones. */
  readonly allowed: Networks;
  readonly resolve: (host: string) => Promise<readonly LookupAddress[]>;
}

/** How long an attempt may take, and what ends it before. */
export interface Patience {
  readonly stop?: AbortSignal;
  readonly timeoutMs?: number;
}

/** The service itself stops: no failure of the receiver. */
export const STOPPED = "WEBHOOK_STOPPED";

/** Why a message was not taken; the code is all that is kept. */
class WebhookFault extends Error {
  override readonly name = "WebhookFault";
  readonly code: "WEBHOOK_ADDRESS" | "WEBHOOK_DNS" | "WEBHOOK_INSECURE";

  constructor(code: WebhookFault["code"]) {
    super(code);
    this.code = code;
  }
}

/** Sends; answers null when the receiver has taken the message, else a code. */
export async function sendWebhook(
  target: WebhookTarget,
  headers: Readonly<Record<string, string>>,
  body: string,
  { stop, timeoutMs = TIMEOUT_MS }: Patience = {},
): Promise<string | null> {
  const { url } = target;
  const refused = judgeUrl(target);
  if (refused !== null) {
    return refused;
  }
  if (stop?.aborted) {
    return STOPPED;
  }
  const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, {
    method: "POST",
    agent: false,
    lookup: checkedLookup(target),
    headers: {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "user-agent": "Meterseal",
      connection: "close",
      ...headers,
    },
  });
  return await new Promise((resolve) => {
    const end = (code: string | null): void => {
      clearTimeout(timer);
      stop?.removeEventListener("abort", onStop);
      request.destroy();
      resolve(code);
    };
    const onStop = (): void => end(STOPPED);
    const timer = setTimeout(end, timeoutMs, "WEBHOOK_TIMEOUT");
    stop?.addEventListener("abort", onStop);
    request.once("response", (response) => {
      response.on("error", () => undefined);
      // What it says in its body is nobody's concern, however long it is.
      end(verdictOf(response.statusCode ?? 0));
    });
    request.on("error", (error) => end(faultCode(error)));
    request.end(body);
  });
}

/** What is wrong with an address before it is resolved; a literal is never looked up. */
export function judgeUrl({
  url,
  allowed,
}: Pick<WebhookTarget, "url" | "allowed">): "WEBHOOK_INSECURE" | "WEBHOOK_ADDRESS" | null {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol !== "https:" && !/^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host)) {
    return "WEBHOOK_INSECURE";
  }
  return isIP(host) !== 0 && !isOpenAddress(host, allowed) ? "WEBHOOK_ADDRESS" : null;
}

/** Resolves and judges in one step: the connection goes to the addresses judged, no others. */
function checkedLookup({ resolve, allowed }: WebhookTarget): LookupFunction {
  return (host, options, done) => {
    const refuse = (code: WebhookFault["code"]) => done(new WebhookFault(code), "", 0);
    resolve(host).then(
      (found) => {
        const [first] = found;
        // One address inside is one too many: the next connection might pick it.
        if (!found.every(({ address }) => isOpenAddress(address, allowed))) {
          refuse("WEBHOOK_ADDRESS");
        } else if (first === undefined) {
          refuse("WEBHOOK_DNS");
        } else if (options.all === true) {
          done(null, [...found]);
        } else {
          done(null, first.address, first.family);
        }
      },
      () => refuse("WEBHOOK_DNS"),
    );
  };
}

function verdictOf(status: number): string | null {
  if (status >= 200 && status < 300) {
    return null;
  }
  // The specification's word for: send no more of it.
  return status === 410 ? "WEBHOOK_GONE" : `HTTP_${status}`;
}

/** Ours, or that of the operating system or TLS; a message would quote addresses. */
function faultCode(error: NodeJS.ErrnoException): string {
  const inner = error instanceof AggregateError ? error.errors[0]?.code : undefined;
  const code: unknown = error.code ?? inner;
  return typeof code === "string" && /^[A-Z0-9_]{1,40}$/.test(code) ? code : "WEBHOOK_FAILED";
}
