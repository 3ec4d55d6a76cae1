/**
 * A receiver of webhooks that checks signatures with code of its own.
 *
 * @module
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ExecutionContext } from "ava";
import { parseNetworks } from "../../src/handover/webhooks/networks.ts";
import type { WebhookTarget } from "../../src/handover/webhooks/send.ts";

/** A secret of 32 bytes, as its file holds it. */
export const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

export interface Received {
  readonly id: string;
  readonly body: string;
  readonly isSigned: boolean;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  readonly target: WebhookTarget;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Starts a receiver; `answer` says how it takes a message, 204 unless told. */
export async function startReceiver(
  t: ExecutionContext,
  answer: Answer = (response) => void response.writeHead(204).end(),
): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    received.push({ id: one(request, "webhook-id"), body, isSigned: isSigned(request, body) });
    answer(response, request);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { url, received, target: targetAt(url) };
}

/** A target on this machine, whose network is allowed. */
export function targetAt(url: string, change: Partial<WebhookTarget> = {}): WebhookTarget {
  return {
    url: new URL(url),
    secrets: [new Uint8Array(32).fill(7)],
    allowed: parseNetworks(["127.0.0.0/8"])!,
    resolve: () => Promise.reject(new Error("nothing to be resolved")),
    ...change,
  };
}

function one({ headers }: IncomingMessage, name: string): string {
  const value = headers[name];
  return typeof value === "string" ? value : "";
}

function isSigned(request: IncomingMessage, body: string): boolean {
  const signed = `${one(request, "webhook-id")}.${one(request, "webhook-timestamp")}.${body}`;
  const key = Buffer.from(SECRET.slice(6), "base64");
  const expected = createHmac("sha256", key).update(signed).digest();
  return one(request, "webhook-signature")
    .split(" ")
    .some((part) => {
      const given = Buffer.from(part.replace(/^v1,/, ""), "base64");
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
}
