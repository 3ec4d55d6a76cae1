/**
 * `GET /metrics`: for Prometheus, with a token as bearer (`authorization` in its scrape settings).
 *
 * @module
 */
import { Router } from "express";
import type { CoreContext } from "../context.ts";
import { guardWithoutDatabase } from "../guard-without-database.ts";

export function metricsRoutes(context: CoreContext): Router {
  const { metrics, status } = context;
  return Router().get(
    "/metrics",
    guardWithoutDatabase(context, "metrics.read"),
    async (_req, res) => {
      res.set("Content-Type", metrics.mediaType).send(await metrics.text(await status()));
    },
  );
}
