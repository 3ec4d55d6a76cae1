/**
 * `GET /v1/status`: what an operator looks at first. It answers while the log is locked, too.
 *
 * @module
 */
import { Router } from "express";
import type { CoreContext } from "../context.ts";
import { demandUnscoped } from "../customer-scope.ts";
import { callerOf, guard } from "../guard.ts";

export function statusRoutes(context: CoreContext): Router {
  return Router().get("/v1/status", guard(context, "status.read"), async (_req, res) => {
    demandUnscoped(callerOf(res));
    res.json(await context.status());
  });
}
