/**
 * One entry of the log, and the proof that it is there.
 *
 * @module
 */
import { Router } from "express";
import { storedTree } from "../../activity/ask/stored-tiles.ts";
import { leafHash } from "../../activity/hashing.ts";
import type { CoreContext } from "../context.ts";
import { callerOf, guard } from "../guard.ts";
import { requireEntry } from "../log-entry.ts";

export function activityRoutes(context: CoreContext): Router {
  return Router()
    .get("/v1/activity/:index", guard(context, "activity.read"), async (req, res) => {
      const { index, entry } = await requireEntry(context, callerOf(res), req);
      res.json({ index, entry });
    })
    .get("/v1/activity/:index/proof", guard(context, "activity.read"), async (req, res) => {
      const item = await requireEntry(context, callerOf(res), req);
      const checkpoint = await context.activity.checkpoint();
      const path = await storedTree(context.db, checkpoint.size).inclusionProof(item.index);
      res.json({
        index: item.index,
        size: checkpoint.size,
        entry: item.body,
        leafHash: base64(leafHash(item.body)),
        proof: path.map(base64),
        checkpoint: checkpoint.note,
      });
    });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
