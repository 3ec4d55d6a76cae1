/**
 * `GET /v1/activity` and one entry.
 *
 * Every answer says as of which size; reading the log is no access to a key and is not logged.
 *
 * @module
 */
import { Router } from "express";
import { z } from "zod";
import { queryLog } from "../../activity/ask/query.ts";
import { findMeter } from "../../meters/find.ts";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";
import { requireEntry } from "../log-entry.ts";
import { PageQuery, parseValue } from "../parse.ts";

const time = z.iso.datetime({ offset: true }).optional();
const Query = z.strictObject({
  ...PageQuery,
  meter: z.string().max(200).optional(),
  actor: z.string().max(100).optional(),
  action: z.string().max(100).optional(),
  from: time,
  to: time,
});

export function activityRoutes(context: CoreContext): Router {
  return Router()
    .get("/v1/activity", guard(context, "activity.read"), async (req, res) => {
      const { after = -1, limit, meter, from, to, ...rest } = parseValue(Query, req.query);
      const caller = callerOf(res);
      const checkpoint = await context.activity.checkpoint();
      const found = meter === undefined ? null : await findMeter(context.db, caller, meter);
      const query = {
        ...(rest.actor === undefined ? {} : { actor: rest.actor }),
        ...(rest.action === undefined ? {} : { action: rest.action }),
        ...(from === undefined ? {} : { from: utc(from) }),
        ...(to === undefined ? {} : { to: utc(to) }),
        ...(caller.customer === null ? {} : { customer: caller.customer }),
        ...(found === null ? {} : { meter: found }),
      };
      res.json({ ...(await queryLog(context.db, query, after, limit)), size: checkpoint.size });
    })
    .get("/v1/activity/:index", guard(context, "activity.read"), async (req, res) => {
      const { index, entry } = await requireEntry(context, callerOf(res), req);
      res.json({ index, entry });
    });
}

/** Entries carry microseconds in UTC; as text they compare like times. */
function utc(text: string): string {
  return new Date(text).toISOString().replace("Z", "000Z");
}
