/**
 * A running exchange for tests.
 *
 * @module
 */
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
import { type BrandSettings, readBrand } from "../../src/exchange/page/brand.ts";
import { type ExchangeClient, speakTo } from "./exchange-client.ts";
import { createSealer, type Sealer, sealRequest } from "./sealer.ts";

export interface TestExchange extends ExchangeClient {
  readonly exchange: Exchange;
  readonly directory: string;
  /** What the exchange has logged. */
  readonly lines: string[];
  /** Tells the exchange that its chain is the known one. */
  resync(): Promise<void>;
  stop(): Promise<void>;
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

  const client = speakTo({ url, id: exchange.id, sealer, clock });
  const running: TestExchange = {
    ...client,
    exchange,
    directory,
    lines,
    stop,
    async resync() {
      const { n, hash } = await db("event_head").first();
      await client.events(n, hash);
    },
  };
  if (options.resynced !== false) {
    await running.resync();
  }
  return running;
}

/** A sealed package that is open at the exchange. */
export async function openLink(
  x: ExchangeClient,
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
