/**
 * The exchange program: the public side, with a directory and database of its own.
 *
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, ConfigError } from "../base/config.ts";
import { createLogger } from "../base/logger.ts";
import { exchangeDirectory } from "../base/paths.ts";
import { migrateExchange } from "../db/exchange/migrate.ts";
import { openDatabase } from "../db/open.ts";
import { createExchange } from "../exchange/exchange.ts";
import { loadExchangeKey } from "../exchange/exchange-key.ts";
import { readBrand } from "../exchange/page/brand.ts";
import { listen } from "../http/listen.ts";
import { bindingOf, hostsOf } from "./bind.ts";

export interface RunningProgram {
  readonly urls: Readonly<Record<string, string>>;
  /** Resolves when a part of it has ended by itself: the rest must stop too. */
  readonly broken?: Promise<void>;
  stop(): Promise<void>;
}

export async function startExchange(config: Config): Promise<RunningProgram> {
  const directory = ownDirectory(config.data);
  const binding = bindingOf(config, "exchange");
  const corePublicKey = readCoreKey(config, directory);
  const exchangeKey = loadExchangeKey(directory);
  const brand = readBrand(config);
  const { exchangeDatabaseUrl: url } = config;
  const database = openDatabase(
    url === undefined ? { file: join(directory, "exchange.sqlite") } : { url },
  );
  await migrateExchange(database);
  const logger = createLogger("exchange", config.logLevel);
  // The port may be any free one, so the listener comes first and the application follows.
  let app: ReturnType<typeof createExchange>["app"] | null = null;
  const listening = await listen((req, res) => {
    if (app === null) {
      res.writeHead(503).end();
    } else {
      app(req, res);
    }
  }, binding);
  const exchange = createExchange({
    directory,
    database,
    exchangeKey,
    corePublicKey,
    publicUrl: config.exchangePublicUrl ?? listening.url,
    allowedHosts: hostsOf(config, binding),
    trustProxy: config.trustProxy,
    clock: () => new Date(),
    requestsPerMinute: config.exchangeRequestsPerMinute,
    brand,
    logger,
  });
  app = exchange.app;
  logger.info({ url: listening.url }, "exchange is ready");
  return {
    urls: { exchange: listening.url },
    async stop() {
      await listening.close();
      await exchange.close();
      await database.destroy();
      logger.info("exchange has stopped");
    },
  };
}

/** Its own directory, or the place of it in a data directory that holds both programs. */
function ownDirectory(data: string): string {
  return existsSync(join(data, "exchange.key")) ? data : exchangeDirectory(data);
}

function readCoreKey({ corePublicKey }: Config, directory: string): Uint8Array {
  const file = join(directory, "core.pub");
  const text = corePublicKey ?? (existsSync(file) ? readFileSync(file, "utf8").trim() : "");
  const key = new Uint8Array(Buffer.from(text, "base64url"));
  if (key.length !== 32) {
    throw new ConfigError("corePublicKey: expected 32 bytes, base64url");
  }
  return key;
}
