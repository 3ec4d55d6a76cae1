/**
 * `POST /v1/frames/decrypt`: frames in, plaintext out, both streamed, in request order.
 *
 * A row goes out only after the entry that covers it is durable. If the log fails before the
 * first row, the answer is 503 and nothing has left; later, one error line follows the last
 * covered row and the connection is destroyed, so that nobody takes a part for the whole.
 *
 * @module
 */
import { once } from "node:events";
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import { ActivityError } from "../../activity/activity.ts";
import { Problem } from "../../base/problem.ts";
import { type DecryptRow, rowText } from "../../frames/decrypt/row.ts";
import {
  isIdempotencyKey,
  type KeyedSend,
  openKeyedSend,
} from "../../frames/idempotency/idempotency.ts";
import { type FrameRequest, parseJsonLine, parseTextLine, refused } from "../../frames/request.ts";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";
import { type Line, readLines } from "../lines.ts";
import { readableFailure } from "../listener.ts";
import { parseValue } from "../parse.ts";

/** `as=telegram`: each row also carries the frame as if it had been sent unencrypted. */
const Query = z.strictObject({ as: z.enum(["telegram"]).optional() });

interface Forms {
  readonly isText: boolean;
  readonly as: z.infer<typeof Query>["as"];
  readonly send: KeyedSend | undefined;
}

const BATCH = 4000;
/** Characters of a batch: long lines, and what collectors pack into them, make it shorter. */
const MAX_TEXT = 2 * 1024 * 1024;
/** Batches under way at once: one is parsed while others are opened, recorded or written. */
const IN_FLIGHT = 4;

export function decryptRoutes(context: CoreContext): Router {
  return Router().post("/v1/frames/decrypt", guard(context, "frames.decrypt"), async (req, res) => {
    const { as } = parseValue(Query, req.query);
    const isText = req.is("text/plain") !== false;
    if (
      !isText &&
      req.is(["application/x-ndjson", "application/ndjson", "application/json"]) === false
    ) {
      throw new Problem(415, "BODY_TYPE", "expected application/x-ndjson or text/plain");
    }
    await streamRows(context, req, res, { isText, as, send: keyedSend(req, res) });
  });
}

/** @throws {@link Problem} 400 `IDEMPOTENCY_KEY` */
function keyedSend(req: Request, res: Response): KeyedSend | undefined {
  const key = req.get("idempotency-key");
  if (key === undefined) {
    return undefined;
  }
  if (!isIdempotencyKey(key)) {
    const detail = "Idempotency-Key: expected 1 to 255 visible ASCII characters";
    throw new Problem(400, "IDEMPOTENCY_KEY", detail);
  }
  return openKeyedSend(callerOf(res).actor, key);
}

async function streamRows(
  context: CoreContext,
  req: Request,
  res: Response,
  { isText, as, send }: Forms,
): Promise<void> {
  const caller = callerOf(res);
  const running: Promise<void>[] = [];
  let written: Promise<void> = Promise.resolve();
  let failure: unknown;
  let part = 0;
  let pending: FrameRequest[] = [];
  let pendingText = 0;
  let fail: () => void = () => undefined;

  const submit = (): void => {
    const requests = pending;
    pending = [];
    pendingText = 0;
    const rows = context.decryptor.decrypt(caller, requests, { part: part++, as, send });
    // Kept from becoming an unhandled rejection while an earlier batch is still written.
    rows.catch(() => undefined);
    const previous = written;
    const own = previous
      .then(async () => {
        if (failure === undefined) {
          await writeRows(res, await rows);
        }
      })
      .catch((error: unknown) => {
        failure ??= error;
        fail();
      });
    written = own;
    running.push(own);
    void own.then(() => {
      running.splice(running.indexOf(own), 1);
      // The sender may be waiting for these before it sends more.
      if (pending.length > 0 && running.length === 0 && failure === undefined) {
        submit();
      }
    });
  };

  const chunks = readLines(req);
  for (;;) {
    // A sender that waits for its answers sends nothing more: it must hear of a failure now.
    const failed = new Promise<null>((resolve) => {
      fail = () => resolve(null);
    });
    const chunk = await Promise.race([chunks.next(), failed]);
    if (chunk === null || chunk.done === true) {
      break;
    }
    for (const line of chunk.value) {
      const request = parseLine(line, isText);
      if (request !== null) {
        pending.push(request);
        pendingText += line.text?.length ?? 0;
      }
      if (pending.length === BATCH || pendingText >= MAX_TEXT) {
        submit();
        while (running.length >= IN_FLIGHT) {
          await running[0];
        }
      }
    }
    // A sender that waits for its answers gets them; one that does not fills the batch.
    if (pending.length > 0 && running.length === 0) {
      submit();
    }
    if (failure !== undefined || res.destroyed) {
      break;
    }
  }
  void chunks.return(undefined).catch(() => undefined);
  if (pending.length > 0 && failure === undefined && !res.destroyed) {
    submit();
  }
  // A batch that ends may have started the next one.
  while (running.length > 0) {
    await written;
    await Promise.resolve();
  }
  finish(res, failure);
}

function parseLine({ text, number }: Line, isText: boolean): FrameRequest | null {
  if (text === null) {
    return refused(isText ? number : null, "line: longer than 8 KiB");
  }
  if (text.trim() === "") {
    return null;
  }
  return isText ? parseTextLine(text, number) : parseJsonLine(text);
}

async function writeRows(res: Response, rows: readonly DecryptRow[]): Promise<void> {
  if (res.destroyed) {
    return;
  }
  if (!res.headersSent) {
    res.status(200).type("application/x-ndjson");
  }
  let text = "";
  rows.forEach((row) => {
    text += rowText(row);
  });
  if (!res.write(text)) {
    // Back-pressure: a slow reader slows the sender.
    const settled = new AbortController();
    const { signal } = settled;
    await Promise.race([once(res, "drain", { signal }), once(res, "close", { signal })])
      // The connection broke: there is nobody left to wait for.
      .catch(() => undefined);
    settled.abort();
  }
}

function finish(res: Response, failure: unknown): void {
  if (failure === undefined) {
    if (!res.headersSent) {
      res.status(200).type("application/x-ndjson");
    }
    res.end();
    return;
  }
  if (!res.headersSent) {
    throw readableFailure(failure);
  }
  const isKnown = failure instanceof ActivityError || failure instanceof Problem;
  const code = isKnown ? failure.code : "INTERNAL";
  res.write(`${JSON.stringify({ error: { code } })}\n`, () => res.destroy());
}
