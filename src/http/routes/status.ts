/**
 * `GET /v1/status`: what an operator looks at first. It answers while the log is
 * locked and while the database is away, too.
 *
 * @module
 */
import { Router } from "express";
import type { CoreContext } from "../context.ts";
import { guardWithoutDatabase } from "../guard-without-database.ts";

export function statusRoutes(context: CoreContext): Router {
  return Router().get(
    "/v1/status",
    guardWithoutDatabase(context, "status.read"),
    async (_req, res) => {
      res.json(await context.status());
    },
  );
}
