/**
 * `GET /v1/status`: what an operator looks at first.
 *
 * @module
 */
import { Router } from "express";
import type { CoreContext } from "../context.ts";
import { guard } from "../guard.ts";

export function statusRoutes(context: CoreContext): Router {
  return Router().get("/v1/status", guard(context, "status.read"), async (_req, res) => {
    const checkpoint = await context.activity.checkpoint();
    res.json({
      locked: false,
      log: { size: checkpoint.size, root: Buffer.from(checkpoint.root).toString("base64") },
      ...(await context.status()),
    });
  });
}
