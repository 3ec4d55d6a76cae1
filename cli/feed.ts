/**
 * Sends a body of any length at the speed of the reader, and stops when the request has ended.
 *
 * @module
 */
import type { ClientRequest } from "node:http";
import { Refusal } from "./errors.ts";

/** Feeds `body` into `request`; calls `sent` after the last byte. A broken body breaks the request. */
export function feed(request: ClientRequest, body: AsyncIterable<string>, sent: () => void): void {
  write(request, body).then(sent, (cause: unknown) => {
    request.destroy(
      cause instanceof Refusal
        ? cause
        : new Refusal("UNREADABLE", "the input cannot be read to its end", { cause }),
    );
  });
}

async function write(request: ClientRequest, body: AsyncIterable<string>): Promise<void> {
  for await (const text of body) {
    if (request.destroyed) {
      return;
    }
    if (text !== "" && !request.write(text)) {
      await drained(request);
    }
  }
  request.end();
}

/** A closed request never drains: both end the wait. */
function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      request.off("drain", done).off("close", done);
      resolve();
    };
    request.once("drain", done).once("close", done);
    if (request.destroyed) {
      done();
    }
  });
}
