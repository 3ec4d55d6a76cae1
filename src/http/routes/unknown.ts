/**
 * `GET /v1/meters/unknown`: addresses that were heard and that no meter answers to.
 *
 * Stands before `/v1/meters/{meter}`: a meter whose name is "unknown" goes by its id or address.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";
import { PageQuery, parseValue } from "../parse.ts";

const Query = z.strictObject(PageQuery);

/** On the internal listener only. */
export function unknownRoutes(context: CoreContext): Router {
  return Router().get("/v1/meters/unknown", guard(context, "meters.unknown"), async (req, res) => {
    const { after, limit } = parseValue(Query, req.query);
    res.json(await context.unknown.list(callerOf(res), after, limit));
  });
}
