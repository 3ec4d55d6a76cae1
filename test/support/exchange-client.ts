/**
 * Clients of an exchange that speak to it over the wire: anybody, and the core.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import type { SealedPackage } from "../../keystore/index.ts";
import { toBase64url } from "../../src/handover/protocol/base64url.ts";
import { keyName } from "../../src/handover/protocol/chain.ts";
import { signRequest } from "../../src/handover/protocol/http-signature.ts";
import type { Sealer } from "./sealer.ts";

export interface Reply {
  readonly status: number;
  /** Parsed JSON: tests look into answers of many shapes. */
  readonly body: ReturnType<JSON["parse"]>;
  readonly text: string;
  readonly headers: Headers;
}

/** Spoils a signed request. */
export interface Change {
  readonly created?: number;
  readonly nonce?: string;
  readonly tag?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
  readonly path?: string;
  /** Signs with another key than the core's. */
  readonly signer?: Sealer;
}

/** Which exchange, and as whom. */
export interface Spoken {
  readonly url: string;
  readonly id: string;
  readonly sealer: Sealer;
  readonly clock: { now: Date };
}

export interface ExchangeClient extends Spoken {
  request(method: string, path: string, options?: RequestInit): Promise<Reply>;
  post(path: string, body: unknown): Promise<Reply>;
  intake(method: string, path: string, body?: Uint8Array | null, change?: Change): Promise<Reply>;
  push(sealed: SealedPackage, change?: Record<string, unknown>): Promise<Reply>;
  /** Pulls the events after event `n`, as the core does. */
  events(n: number, head: Uint8Array): Promise<Reply>;
}

export function speakTo(spoken: Spoken): ExchangeClient {
  const { url, id, sealer, clock } = spoken;

  async function request(method: string, path: string, init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(`${url}${path}`, { redirect: "manual", ...init, method });
    const text = await response.text();
    const json = response.headers.get("content-type")?.includes("json");
    const { status, headers } = response;
    return { status, headers, text, body: json && text ? JSON.parse(text) : null };
  }

  async function intake(
    method: string,
    path: string,
    body: Uint8Array | null = null,
    change: Change = {},
  ): Promise<Reply> {
    const target = new URL(path, url);
    const headers = await signRequest(
      { method, path: target.pathname, query: target.search || "?", fields: {} },
      body,
      {
        created: change.created ?? Math.floor(clock.now.getTime() / 1000),
        keyid: keyName(sealer.intake),
        nonce: change.nonce ?? randomBytes(18).toString("base64url"),
        tag: change.tag ?? `meterseal-intake:${id}`,
      },
      (message) => (change.signer ?? sealer).sign("intake", message),
    );
    const sent = change.body ?? body;
    return await request(method, change.path ?? path, {
      headers: { ...headers, ...change.headers },
      ...(sent === null ? {} : { body: sent }),
    });
  }

  return {
    ...spoken,
    request,
    intake,
    post: (path, body) =>
      request("POST", path, {
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    push: (sealed, change) => intake("PUT", packagePath(sealed), putBody(sealed, change)),
    events: (n, head) => intake("GET", `/intake/events?after=${n}&head=${toBase64url(head)}`),
  };
}

export function packagePath(sealed: SealedPackage): string {
  return `/intake/packages/${toBase64url(sealed.linkId)}`;
}

export function putBody(sealed: SealedPackage, change: Record<string, unknown> = {}): Uint8Array {
  const header = JSON.parse(Buffer.from(sealed.header).toString()) as { expiresAt: string };
  const body = {
    v: 1,
    header: toBase64url(sealed.header),
    ciphertext: toBase64url(sealed.ciphertext),
    share: toBase64url(sealed.share),
    authHash: toBase64url(sealed.authHash),
    pinHash: toBase64url(sealed.pinHash),
    receiptHash: toBase64url(sealed.receiptHash),
    expiresAt: header.expiresAt,
    windowSeconds: 86_400,
    ...change,
  };
  return Buffer.from(JSON.stringify(body));
}
