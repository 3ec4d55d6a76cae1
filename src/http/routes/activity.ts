/**
 * `GET /v1/activity`, one entry, and the proof that it is in the log.
 *
 * Every answer says as of which size; reading the log is no access to a key and is not logged.
 *
 * @module
 */
import { type Request, Router } from "express";
import { z } from "zod";
import type { Caller } from "../../access/caller.ts";
import { type LogItem, queryLog, readEntry } from "../../activity/ask/query.ts";
import { storedTree } from "../../activity/ask/stored-tiles.ts";
import { canonicalJson } from "../../activity/entries/canonical.ts";
import { leafHash } from "../../activity/hashing.ts";
import { Problem } from "../../base/problem.ts";
import { findMeter } from "../../meters/find.ts";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";
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
      res.json(await requireEntry(context, callerOf(res), req));
    })
    .get("/v1/activity/:index/proof", guard(context, "activity.read"), async (req, res) => {
      const item = await requireEntry(context, callerOf(res), req);
      const checkpoint = await context.activity.checkpoint();
      const path = await storedTree(context.db, checkpoint.size).inclusionProof(item.index);
      const body = canonicalJson(item.entry);
      res.json({
        index: item.index,
        size: checkpoint.size,
        entry: body,
        leafHash: base64(leafHash(body)),
        proof: path.map(base64),
        checkpoint: checkpoint.note,
      });
    });
}

async function requireEntry(context: CoreContext, caller: Caller, req: Request): Promise<LogItem> {
  const text = String(req.params["index"]);
  const item = /^\d{1,15}$/.test(text) ? await readEntry(context.db, Number(text)) : null;
  const isVisible = caller.customer === null || item?.entry["customer"] === caller.customer;
  if (item === null || !isVisible) {
    throw new Problem(404, "ENTRY_UNKNOWN", "the log has no such entry");
  }
  return item;
}

/** Entries carry microseconds in UTC; as text they compare like times. */
function utc(text: string): string {
  return new Date(text).toISOString().replace("Z", "000Z");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
