/**
 * `GET /v1/activity/{index}`: one entry of the log.
 *
 * @module
 */
import { Router } from "express";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";
import { requireEntry } from "../log-entry.ts";

export function activityRoutes(context: CoreContext): Router {
  return Router().get("/v1/activity/:index", guard(context, "activity.read"), async (req, res) => {
    const { index, entry } = await requireEntry(context, callerOf(res), req);
    res.json({ index, entry });
  });
}
