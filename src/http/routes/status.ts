/**
 * `GET /v1/status`: what an operator looks at first.
 *
 * @module
 */
import { Router } from "express";
import type { CoreContext } from "../context.ts";
import { guard } from "../guard.ts";

export function statusRoutes(context: CoreContext): Router {
  const { activity } = context;
  return Router().get("/v1/status", guard(context, "status.read"), async (_req, res) => {
    const lock = activity.lock();
    const { size, root } = activity.head();
    // A database that the log no longer believes may not answer either.
    const more = context.status();
    res.json({
      locked: lock !== null,
      ...(lock === null ? {} : { lock }),
      log: { size, root: Buffer.from(root).toString("base64") },
      ...(await (lock === null ? more : more.catch(() => ({})))),
    });
  });
}
