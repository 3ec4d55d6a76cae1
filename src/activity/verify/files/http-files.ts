/**
 * A log over HTTP: below `/log/` of a core, or wherever a static server has its files.
 *
 * No redirect is followed and no answer is waited for without end. The token goes to the server
 * that was named, and only once that has asked for one.
 *
 * @module
 */
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { type LogFiles, LogFilesError } from "./log-files.ts";

/** For one file, from its request to its last byte. */
const FILE_MS = 60_000;
const TRIES = 4;
/** What a problem document has room for. */
const MAX_PROBLEM = 16_384;
/** The server is busy, or on its way back. */
const AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface HttpFilesOptions {
  readonly token?: string | undefined;
  readonly fileMs?: number;
}

/**
 * Finds the log at an address: at `ADDRESS/log/` or else at `ADDRESS/`, whichever has a
 * `checkpoint`.
 *
 * @throws {@link LogFilesError}
 */
export async function httpFiles(address: URL, options: HttpFilesOptions = {}): Promise<LogFiles> {
  const base = address.href.replace(/[?#].*$/, "").replace(/\/+$/, "");
  for (const prefix of [`${base}/log/`, `${base}/`]) {
    const files = filesBelow(prefix, options);
    if ((await files.read("checkpoint", 0)) !== null) {
      return files;
    }
  }
  throw new LogFilesError("NO_LOG", `no checkpoint at ${base}/log/ nor at ${base}/`);
}

function filesBelow(prefix: string, { token, fileMs = FILE_MS }: HttpFilesOptions): LogFiles {
  const isSecure = prefix.startsWith("https:");
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  let asksForToken = false;

  async function once(path: string, limit: number): Promise<Answered> {
    const headers = {
      "accept-encoding": "gzip, identity",
      ...(asksForToken && token !== undefined ? { authorization: `Bearer ${token}` } : {}),
    };
    const signal = AbortSignal.timeout(fileMs);
    const url = new URL(prefix + path);
    const open = isSecure ? requestHttps : requestHttp;
    return await new Promise((resolve, reject) => {
      const fail = (cause: Error) => reject(failureOf(url, cause));
      const request = open(url, { agent, headers, signal });
      request.on("error", fail);
      request.once("response", (response) => {
        const status = response.statusCode ?? 0;
        bodyOf(response, status === 200 ? limit : MAX_PROBLEM).then((body) => {
          const wait = Number(response.headers["retry-after"] ?? "");
          resolve({ status, body, wait: Number.isNaN(wait) ? 0 : wait });
        }, fail);
      });
      request.end();
    });
  }

  async function read(path: string, limit: number): Promise<Uint8Array | null> {
    for (let tried = 1; ; tried++) {
      const { status, body, wait } = await once(path, limit);
      if (status === 200) {
        return body;
      }
      if (status === 404 || status === 410) {
        return null;
      }
      if (status === 401 && token !== undefined && !asksForToken) {
        asksForToken = true;
      } else if (AGAIN.has(status) && tried < TRIES) {
        await sleep(Math.min(10, Math.max(wait, 0.2 * 2 ** tried)) * 1000);
      } else {
        throw refusalOf(prefix + path, status, body);
      }
    }
  }

  return { isLocal: false, read };
}

interface Answered {
  readonly status: number;
  readonly body: Uint8Array;
  /** Seconds that the server wants to be left alone. */
  readonly wait: number;
}

/** At most `limit` + 1 bytes; the rest is not waited for. */
async function bodyOf(response: IncomingMessage, limit: number): Promise<Uint8Array> {
  const isGzip = response.headers["content-encoding"] === "gzip";
  const body = isGzip ? response.pipe(createGunzip()) : response;
  response.on("error", (error) => body.destroy(error));
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) {
      response.destroy();
      break;
    }
  }
  return Buffer.concat(chunks).subarray(0, limit + 1);
}

function failureOf({ origin }: URL, cause: NodeJS.ErrnoException): LogFilesError {
  if (cause.name === "TimeoutError" || cause.name === "AbortError") {
    return new LogFilesError("TIMEOUT", `${origin}: no whole answer in time`, { cause });
  }
  const why = cause.code ?? "the connection broke off";
  return new LogFilesError("UNREACHABLE", `${origin}: no answer, ${why}`, { cause });
}

function refusalOf(url: string, status: number, body: Uint8Array): LogFilesError {
  if (status >= 300 && status < 400) {
    return new LogFilesError("REDIRECTED", `${url}: a redirect, which is not followed`);
  }
  const said = codeIn(body);
  return new LogFilesError(said ?? "BAD_ANSWER", `${url}: answered with status ${status}`);
}

/** The code of a problem document (RFC 9457), if it is one of ours. */
function codeIn(body: Uint8Array): string | null {
  try {
    const { code }: { code?: unknown } = JSON.parse(Buffer.from(body).toString("utf8"));
    return typeof code === "string" && /^[A-Z_]{3,40}$/.test(code) ? code : null;
  } catch {
    return null;
  }
}
