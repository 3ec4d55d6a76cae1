/**
 * The public program: the mailbox between core and customers.
 *
 * It holds ciphertext, boxed shares and hashes, and no import of it reaches a key. Built from
 * its parts here; the caller listens and stops.
 *
 * @module
 */
import express, { type Express, type Response } from "express";
import type { Logger } from "pino";
import type { Knex } from "../db/open.ts";
import { allowedHosts } from "../http/middleware/allowed-hosts.ts";
import { readPageFiles } from "../http/middleware/page-files.ts";
import { notFound, problemHandler } from "../http/middleware/problem-handler.ts";
import { requestId } from "../http/middleware/request-id.ts";
import { securityHeaders } from "../http/middleware/security-headers.ts";
import { forwardClock } from "./clock.ts";
import type { ExchangeContext } from "./context.ts";
import { openDayKeys } from "./day-keys.ts";
import type { ExchangeKey } from "./exchange-key.ts";
import { openHighWater } from "./high-water.ts";
import { coreOnly } from "./intake.ts";
import { inFlightLimit, linkLimit, rateLimit } from "./limits.ts";
import type { ExchangeBrand } from "./page/brand.ts";
import { createRefusals } from "./refusals.ts";
import { createResync } from "./resync.ts";
import { claimRoute } from "./routes/claim.ts";
import { confirmRoute } from "./routes/confirm.ts";
import { deletePackageRoute } from "./routes/delete-package.ts";
import { getEventsRoute } from "./routes/get-events.ts";
import { healthRoutes } from "./routes/health.ts";
import { pageRoute } from "./routes/page.ts";
import { peekRoute } from "./routes/peek.ts";
import { putPackageRoute } from "./routes/put-package.ts";
import { sweep } from "./sweeper.ts";
import { createWalCutter } from "./wal-cutter.ts";

const SWEEP_SECONDS = 60;

export interface ExchangeOptions {
  /** Holds `exchange.key` and the day keys; mode 0700. */
  readonly directory: string;
  /** Migrated; closed by its owner. */
  readonly database: Knex;
  readonly exchangeKey: ExchangeKey;
  /** Public half of the core's `intake` key. */
  readonly corePublicKey: Uint8Array;
  readonly publicUrl: string;
  /** Beside the host of `publicUrl`. */
  readonly allowedHosts: readonly string[];
  /** Addresses of proxies whose `X-Forwarded-For` is believed. */
  readonly trustProxy: readonly string[];
  readonly clock: () => Date;
  readonly requestsPerMinute?: number;
  /** Whose page it is. */
  readonly brand: ExchangeBrand;
  readonly logger: Logger;
}

export interface Exchange {
  readonly id: string;
  readonly publicKey: Uint8Array;
  readonly app: Express;
  /** One round of the sweeper, which also runs every minute. */
  sweep(): Promise<void>;
  /** Stops the sweeper after its running round; the database may be closed then. */
  close(): Promise<void>;
}

/** Builds the exchange and starts its sweeper. */
export function createExchange(options: ExchangeOptions): Exchange {
  const { database: db, exchangeKey: key, corePublicKey, clock, logger } = options;
  const x: ExchangeContext = {
    db,
    key,
    dayKeys: openDayKeys(options.directory),
    highWater: openHighWater(options.directory),
    now: forwardClock(clock),
    clock,
    corePublicKey,
    refusals: createRefusals(),
    logger,
    resync: createResync(db, clock),
    linkLimit: linkLimit(),
    wal: createWalCutter(db),
    leftKeys: { some: true, lookedAt: 0 },
  };
  const sweeper = startSweeper(x);
  return {
    id: key.id,
    publicKey: key.publicKey,
    app: createApp(x, options),
    sweep: () => sweep(x),
    async close() {
      await sweeper.stop();
      await x.wal.stop();
    },
  };
}

function createApp(x: ExchangeContext, options: ExchangeOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", [...options.trustProxy]);
  app.set("query parser", "simple");
  app.use(requestId());
  app.use(securityHeaders());
  app.use(allowedHosts([new URL(options.publicUrl).host, ...options.allowedHosts]));
  app.use(rateLimit(options.requestsPerMinute));
  app.use(healthRoutes(x));
  app.use(pageRoute(readPageFiles("collect"), options.brand));
  app.use("/x", inFlightLimit());
  app.use(peekRoute(x));
  app.use(claimRoute(x));
  app.use(confirmRoute(x));
  const core = coreOnly(x);
  app.use(putPackageRoute(x, core));
  app.use(deletePackageRoute(x, core));
  app.use(getEventsRoute(x, core));
  app.use(notFound());
  app.use(
    problemHandler({
      logger: x.logger,
      onRefusal: ({ code }, res) => x.refusals.count(routeName(res), code),
    }),
  );
  return app;
}

/** A route by our own name: never the path, which may hold a link id. */
function routeName({ req }: Response): string {
  const names = [
    "/x/peek",
    "/x/claim",
    "/x/confirm",
    "/intake/packages",
    "/intake/events",
    "/assets",
    "/r",
  ];
  return names.find((name) => req.path === name || req.path.startsWith(`${name}/`)) ?? "other";
}

function startSweeper(x: ExchangeContext): { stop(): Promise<void> } {
  let round = Promise.resolve();
  const timer = setInterval(() => {
    round = round
      .then(() => sweep(x))
      .catch((error: { code?: unknown }) => {
        x.logger.error({ errorCode: String(error.code) }, "sweeping failed");
      });
  }, SWEEP_SECONDS * 1000);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await round;
    },
  };
}
