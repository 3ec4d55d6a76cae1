/**
 * A running exchange for tests, and clients that speak to it over the wire.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import type { SealedPackage, SealRequest } from "../../keystore/index.ts";
import { migrateExchange } from "../../src/db/exchange/migrate.ts";
import type { Knex } from "../../src/db/open.ts";
import { createExchange, type Exchange } from "../../src/exchange/exchange.ts";
import { createExchangeKey, loadExchangeKey } from "../../src/exchange/exchange-key.ts";
import { type BrandSettings, readBrand } from "../../src/exchange/pages-brand.ts";
import { toBase64url } from "../../src/handover/protocol/base64url.ts";
import { keyName } from "../../src/handover/protocol/chain.ts";
import { signRequest } from "../../src/handover/protocol/http-signature.ts";
import { createSealer, type Sealer, sealRequest } from "./sealer.ts";

export interface Reply {
  readonly status: number;
  /** Parsed JSON: tests look into answers of many shapes. */
  readonly body: ReturnType<JSON["parse"]>;
  readonly text: string;
  readonly headers: Headers;
}

export interface TestExchange {
  readonly url: string;
  readonly exchange: Exchange;
  readonly directory: string;
  readonly sealer: Sealer;
  readonly clock: { now: Date };
  /** What the exchange has logged. */
  readonly lines: string[];
  request(method: string, path: string, options?: RequestInit): Promise<Reply>;
  post(path: string, body: unknown): Promise<Reply>;
  intake(method: string, path: string, body?: Uint8Array | null, change?: Change): Promise<Reply>;
  /** Tells the exchange that its chain is the known one. */
  resync(): Promise<void>;
  push(sealed: SealedPackage, change?: Record<string, unknown>): Promise<Reply>;
  stop(): Promise<void>;
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

export interface StartOptions {
  readonly directory?: string;
  readonly sealer?: Sealer;
  readonly clock?: { now: Date };
  readonly requestsPerMinute?: number;
  readonly brand?: Partial<BrandSettings>;
  readonly resynced?: boolean;
}

/** Starts an exchange on a free port; it stops with the test. */
export async function startExchange(
  t: ExecutionContext,
  db: Knex,
  options: StartOptions = {},
): Promise<TestExchange> {
  await migrateExchange(db);
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "meterseal-exchange-"));
  const key = options.directory ? loadExchangeKey(directory) : createExchangeKey(directory);
  const sealer = options.sealer ?? createSealer();
  const clock = options.clock ?? { now: new Date() };
  const lines: string[] = [];
  const exchange = createExchange({
    directory,
    database: db,
    exchangeKey: key,
    corePublicKey: sealer.intake,
    publicUrl: "https://keys.example",
    allowedHosts: ["127.0.0.1"],
    trustProxy: [],
    clock: () => clock.now,
    requestsPerMinute: options.requestsPerMinute ?? 100_000,
    brand: readBrand({ sender: "Vandværket A/S", ...options.brand }),
    logger: pino({}, { write: (line: string) => void lines.push(line) }),
  });
  const server = exchange.app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let stopped = false;
  const stop = async () => {
    if (!stopped) {
      stopped = true;
      await exchange.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
  t.teardown(async () => {
    await stop();
    rmSync(directory, { recursive: true, force: true });
  });

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
        tag: change.tag ?? `meterseal-intake:${exchange.id}`,
      },
      (message) => (change.signer ?? sealer).sign("intake", message),
    );
    const sent = change.body ?? body;
    return await request(method, change.path ?? path, {
      headers: { ...headers, ...change.headers },
      ...(sent === null ? {} : { body: sent }),
    });
  }

  const running: TestExchange = {
    url,
    exchange,
    directory,
    sealer,
    clock,
    lines,
    request,
    intake,
    stop,
    post: (path, body) =>
      request("POST", path, {
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    async resync() {
      const { n, hash } = await db("event_head").first();
      await intake("GET", `/intake/events?after=${n}&head=${toBase64url(hash)}`);
    },
    push: (sealed, change) => intake("PUT", packagePath(sealed), putBody(sealed, change)),
  };
  if (options.resynced !== false) {
    await running.resync();
  }
  return running;
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

/** A sealed package that is open at the exchange. */
export async function openLink(
  x: TestExchange,
  change: Partial<SealRequest> = {},
): Promise<SealedPackage> {
  const sealed = await x.sealer.seal({ ...sealRequest(), ...change });
  const reply = await x.push(sealed);
  if (reply.status !== 201) {
    throw new Error(`push: expected 201, got ${reply.status} ${reply.text}`);
  }
  return sealed;
}

/** Types of all events so far. */
export async function eventTypes(db: Knex): Promise<string[]> {
  const rows: { body: string }[] = await db("events").orderBy("n");
  return rows.map(({ body }) => (JSON.parse(body) as { type: string }).type);
}

export async function stateOf(db: Knex, sealed: SealedPackage): Promise<string> {
  const row = await db("mailboxes")
    .where({ link_id: Buffer.from(sealed.linkId) })
    .first("state");
  return row.state;
}
