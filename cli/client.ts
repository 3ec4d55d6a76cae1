/**
 * Speaks HTTP with the service: one JSON document each way, or a stream each way at once.
 *
 * A refusal is told by its code. No redirect is followed, and the token goes nowhere but to the
 * address it was meant for, in clear only within this machine.
 *
 * @module
 */
import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { Misuse, Refusal } from "./errors.ts";
import { feed } from "./feed.ts";

const CONNECT_MS = 10_000;
/** Longest silence of the service while it owes an answer. */
const ANSWER_MS = 300_000;

/** A bundle of 256 entries, each as long as it may be. */
const MAX_DOCUMENT = 256 * 65_537;

/** A JSON answer; commands read fields by name and print what is there. */
export type Answer = Readonly<Record<string, unknown>>;

export interface Client {
  call(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<Answer>;
  /** Reads a document of the log as it is, unpacked. */
  read(path: string): Promise<Buffer>;
  /** Sends `body` while the answer is read; the caller reads `response` to its end. */
  stream(
    path: string,
    type: string,
    body: AsyncIterable<string>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<IncomingMessage>;
}

/** Parts of a path or a query, escaped; what is undefined is left out. */
export function pathOf(
  path: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      search.set(name, value);
    }
  }
  const tail = search.size === 0 ? "" : `?${search}`;
  return `/${path.map(encodeURIComponent).join("/")}${tail}`;
}

export function createClient(base: URL, token: string | null): Client {
  function start(method: string, path: string, headers: Record<string, string>): ClientRequest {
    const prefix = base.pathname.replace(/\/+$/, "");
    const url = new URL(prefix + path, base);
    const all = {
      accept: "application/json, application/problem+json, application/x-ndjson",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    };
    const open = url.protocol === "https:" ? requestHttps : requestHttp;
    return limitConnecting(open(url, { method, headers: all }));
  }

  return {
    async call(method, path, body) {
      const json = body === undefined ? null : Buffer.from(JSON.stringify(body));
      const request = start(
        method,
        path,
        json === null
          ? {}
          : { "content-type": "application/json", "content-length": String(json.length) },
      );
      limitSilence(request);
      request.end(json ?? undefined);
      return readAnswer(await responseTo(request, base));
    },

    async read(path) {
      const headers = { accept: "*/*, application/problem+json", "accept-encoding": "gzip" };
      const request = start("GET", path, headers);
      limitSilence(request);
      request.end();
      const response = await responseTo(request, base);
      if (response.statusCode !== 200) {
        throw await refusalOf(response);
      }
      return await bytesOf(response);
    },

    async stream(path, type, body, headers = {}) {
      const request = start("POST", path, { ...headers, "content-type": type });
      const answered = responseTo(request, base);
      feed(request, body, () => limitSilence(request));
      const response = await answered;
      if (response.statusCode !== 200) {
        const refusal = await refusalOf(response);
        request.destroy();
        throw refusal;
      }
      return response;
    },
  };
}

/** Reads an answer to its end; a refusal is thrown by its code. */
export async function readAnswer(response: IncomingMessage): Promise<Answer> {
  if ((response.statusCode ?? 0) < 200 || (response.statusCode ?? 0) > 299) {
    throw await refusalOf(response);
  }
  const answer = parseObject(await bodyOf(response));
  if (answer === null) {
    throw new Refusal(
      "BAD_ANSWER",
      `expected JSON from the service, status ${response.statusCode}`,
    );
  }
  return answer;
}

/** @throws {@link Misuse} for an address that a token must not be sent to. */
export function parseServiceUrl(address: string, name: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password !== "") {
    throw new Misuse(`${name}: expected an address like https://meterseal.example`);
  }
  if (url.protocol === "http:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    throw new Misuse(`${name}: expected https, because a token is sent; http is for this machine`);
  }
  return url;
}

async function refusalOf(response: IncomingMessage): Promise<Refusal> {
  const problem = parseObject(await bodyOf(response)) ?? {};
  const { code, detail, title } = problem;
  const sentence = [detail, title].find((part) => typeof part === "string" && part !== "");
  return new Refusal(
    typeof code === "string" ? code : "BAD_ANSWER",
    String(sentence ?? `the service answered with status ${response.statusCode}`),
  );
}

function responseTo(request: ClientRequest, base: URL): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.on("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code ?? "no connection";
      reject(
        cause instanceof Refusal
          ? cause
          : new Refusal("UNREACHABLE", `no answer from ${base.origin}, ${why}`, { cause }),
      );
    });
  });
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  try {
    return await text(response);
  } catch (cause) {
    throw new Refusal("STREAM_BROKEN", "the answer broke off before its end", { cause });
  }
}

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_DOCUMENT) {
        throw new RangeError("document: longer than any that was asked for");
      }
    }
    const bytes = Buffer.concat(chunks);
    return response.headers["content-encoding"] === "gzip"
      ? gunzipSync(bytes, { maxOutputLength: MAX_DOCUMENT })
      : bytes;
  } catch (cause) {
    throw cause instanceof RangeError
      ? new Refusal("BAD_ANSWER", "the answer is longer than a document of the log can be")
      : new Refusal("STREAM_BROKEN", "the answer broke off before its end", { cause });
  }
}

function limitConnecting(request: ClientRequest): ClientRequest {
  return request.once("socket", (socket) => {
    if (socket.connecting) {
      const timer = setTimeout(() => {
        request.destroy(new Refusal("TIMEOUT", "no connection within 10 seconds"));
      }, CONNECT_MS);
      socket.once("connect", () => clearTimeout(timer));
      socket.once("close", () => clearTimeout(timer));
    }
  });
}

function limitSilence(request: ClientRequest): void {
  request.setTimeout(ANSWER_MS, () => {
    request.destroy(new Refusal("TIMEOUT", "the service was silent for five minutes"));
  });
}

function parseObject(json: string): Answer | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Answer)
    : null;
}
