/**
 * The witness over HTTP: `add-checkpoint` for logs, and the last checkpoint of a log for monitors.
 *
 * There is nobody to authenticate: what counts is the log's signature, and all that is answered is
 * public. So no Host is checked either. What is bounded is what a stranger can make it hold.
 *
 * @module
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { MAX_BODY } from "../activity/tree/add-checkpoint.ts";
import { addCheckpoint } from "./add-checkpoint.ts";
import type { Cosigner } from "./cosigner.ts";
import type { WitnessStore } from "./store.ts";

const TEXT = "text/plain; charset=utf-8";
const BODY_MS = 10_000;
/** Requests that are read or judged at once; more are told to come again. */
const MAX_BUSY = 256;

/** Told of what went wrong here, and of checkpoints that contradict what was seen. */
export type Notice = (kind: "failed" | "inconsistent", code: string) => void;

class BodyFault extends Error {
  override readonly name = "BodyFault";
  readonly status: number;

  constructor(status: number) {
    super(`body ${status}`);
    this.status = status;
  }
}

export function witnessListener(
  store: WitnessStore,
  cosigner: Cosigner,
  notice: Notice,
  now: () => number = Date.now,
): RequestListener {
  let busy = 0;

  async function add(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const answer = await addCheckpoint(store, cosigner, await readBody(req), now());
    if (answer.status === 422) {
      notice("inconsistent", "WITNESS_INCONSISTENT");
    }
    send(res, answer.status, answer.type, answer.body);
  }

  async function monitor(hash: string, res: ServerResponse): Promise<void> {
    const log = await store.logByHash(hash);
    const isThere = log !== null && log.note !== null;
    send(res, isThere ? 200 : 404, TEXT, isThere ? log.note : "no checkpoint of such a log\n");
  }

  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = (req.url ?? "").split("?")[0] ?? "";
    const hash = /^\/([0-9a-f]{64})\/checkpoint$/.exec(path)?.[1];
    const wanted = path === "/add-checkpoint" ? "POST" : hash === undefined ? null : "GET";
    if (wanted === null) {
      send(res, 404, TEXT, "there is nothing here\n");
    } else if (req.method !== wanted) {
      res.setHeader("allow", wanted);
      send(res, 405, TEXT, `expected ${wanted}\n`);
    } else if (hash === undefined) {
      await add(req, res);
    } else {
      await monitor(hash, res);
    }
  }

  return (req, res) => {
    res.on("error", () => undefined);
    if (busy >= MAX_BUSY) {
      res.setHeader("retry-after", "1");
      send(res, 503, TEXT, "busy\n");
      return;
    }
    busy++;
    route(req, res)
      .catch((error: unknown) => {
        if (error instanceof BodyFault) {
          send(res, error.status, TEXT, "the body is too large, too slow or no UTF-8\n");
          return;
        }
        notice("failed", String((error as { code?: unknown } | null)?.code ?? "INTERNAL"));
        send(res, 500, TEXT, "internal error\n");
      })
      .finally(() => {
        busy--;
      });
  };
}

function send(res: ServerResponse, status: number, type: string, body: string): void {
  if (res.headersSent || res.destroyed) {
    return;
  }
  if (status === 413 || status === 408 || status === 503) {
    // The rest of the body is not wanted.
    res.setHeader("connection", "close");
  }
  res.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  res.end(body);
}

async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    req.destroy();
  }, BODY_MS);
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_BODY) {
        throw new BodyFault(413);
      }
      chunks.push(chunk);
    }
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw error instanceof BodyFault ? error : new BodyFault(isLate ? 408 : 400);
  } finally {
    clearTimeout(timer);
  }
}
