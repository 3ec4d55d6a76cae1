/**
 * One request to the exchange and the whole of its answer, however long that takes.
 *
 * A package may have tens of megabytes and a phone in a cellar a slow line: what ends a request
 * is silence, not its length.
 *
 * @module
 */
import { HandoverError } from "./errors.ts";

const SILENCE_MS = 60_000;
/** The exchange takes packages of 128 MiB in all, and hands out what it has taken. */
const MOST_OF_A_CLAIM = 160 * 1024 * 1024;
const MOST_OF_OTHERS = 65_536;

export interface WireAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * How one request travels: the platform's fetch, or a client with a certificate.
 *
 * @throws {@link HandoverError} `EXCHANGE_UNAVAILABLE` when there is no whole answer
 */
export type Send = (
  url: string,
  json: string,
  onPart?: (part: number) => void,
) => Promise<WireAnswer>;

/** Counts what comes, and refuses an answer that is longer than any honest one. */
export function answerMeter(url: string): (length: number) => number {
  const most = new URL(url).pathname.endsWith("/claim") ? MOST_OF_A_CLAIM : MOST_OF_OTHERS;
  let received = 0;
  return (length) => {
    received += length;
    if (received > most) {
      throw new HandoverError("EXCHANGE_ANSWER", "exchange: answered with more than there can be");
    }
    return received;
  };
}

/**
 * Posts JSON and reads the answer.
 *
 * @throws {@link HandoverError} `EXCHANGE_UNAVAILABLE`, `EXCHANGE_ANSWER`; an answer that breaks off
 *   is no answer
 */
export async function readBody(
  url: string,
  json: string,
  onPart?: (part: number) => void,
): Promise<WireAnswer> {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), SILENCE_MS);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(), SILENCE_MS);
  };
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: json,
      redirect: "error",
      signal: abort.signal,
    });
    const expected = Number(response.headers.get("content-length") ?? 0);
    const decoder = new TextDecoder();
    let text = "";
    const meter = answerMeter(url);
    for await (const chunk of chunksOf(response)) {
      heard();
      const received = meter(chunk.length);
      text += decoder.decode(chunk, { stream: true });
      if (expected > 0) {
        onPart?.(Math.min(1, received / expected));
      }
    }
    return { status: response.status, text: text + decoder.decode() };
  } catch (cause) {
    abort.abort();
    if (cause instanceof HandoverError) {
      throw cause;
    }
    throw new HandoverError("EXCHANGE_UNAVAILABLE", "exchange: does not answer", { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** By a reader, because not every browser iterates a stream by itself. */
async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
    yield next.value;
  }
}
